package dev.sluice.replay.kafka;

import dev.sluice.protocol.RequestsTopic;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Partitions of requests topics as text and back: {@code topic-partition}, as Kafka writes them.
 */
final class Partitions {

    private Partitions() {}

    static <V> Map<TopicPartition, V> parse(Map<String, V> byText) {
        var parsed = new HashMap<TopicPartition, V>();
        byText.forEach((text, value) -> parsed.put(parse(text), value));
        return parsed;
    }

    static <V> Map<String, V> text(Map<TopicPartition, V> byPartition) {
        var texts = new HashMap<String, V>();
        byPartition.forEach((partition, value) -> texts.put(partition.toString(), value));
        return texts;
    }

    static RequestsTopic topic(TopicPartition partition) {
        return RequestsTopic.parse(partition.topic())
                .orElseThrow(() -> new IllegalArgumentException("no requests: " + partition));
    }

    private static TopicPartition parse(String text) {
        int dash = text.lastIndexOf('-');
        if (dash < 1) {
            throw new IllegalArgumentException("not a partition: " + text);
        }
        return new TopicPartition(
                text.substring(0, dash), Integer.parseInt(text.substring(dash + 1)));
    }
}

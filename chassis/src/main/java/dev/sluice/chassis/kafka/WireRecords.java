package dev.sluice.chassis.kafka;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.HeaderLookup;
import dev.sluice.protocol.WireRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Turns records of the protocol into Kafka's and back. */
public final class WireRecords {

    private WireRecords() {}

    public static ProducerRecord<byte[], byte[]> toKafka(
            String topic, int partition, WireRecord record) {
        var headers = new RecordHeaders();
        record.headers()
                .forEach(
                        (name, value) -> headers.add(name, value.getBytes(StandardCharsets.UTF_8)));
        return new ProducerRecord<>(topic, partition, null, null, record.value().bytes(), headers);
    }

    public static WireRecord fromKafka(ConsumerRecord<byte[], byte[]> record) {
        return new WireRecord(
                headers(record), record.value() == null ? Body.EMPTY : Body.of(record.value()));
    }

    /** The same of a view; its value is copied. */
    public static WireRecord fromView(ConsumerRecord<ByteBuffer, ByteBuffer> record) {
        if (record.value() == null) {
            return new WireRecord(headers(record), Body.EMPTY);
        }
        ByteBuffer view = record.value().duplicate();
        var bytes = new byte[view.remaining()];
        view.get(bytes);
        return new WireRecord(headers(record), Body.of(bytes));
    }

    /** The record's headers, each turned into text when it is asked for. */
    public static HeaderLookup lookup(ConsumerRecord<?, ?> record) {
        return name -> {
            Header header = record.headers().lastHeader(name);
            return header == null || header.value() == null
                    ? null
                    : new String(header.value(), StandardCharsets.UTF_8);
        };
    }

    private static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        Map<String, String> headers = HashMap.newHashMap(WireRecord.HEADERS);
        for (Header header : record.headers()) {
            if (header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return headers;
    }
}

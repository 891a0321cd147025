package dev.sluice.ingress.broken;

import org.apache.kafka.common.TopicPartition;

/** Kafka outside a package of that name. */
public abstract class SeesKafka {
    abstract TopicPartition partition();
}

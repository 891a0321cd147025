/** Kafka clients, topics and checkpoints. */
@NullMarked
package dev.sluice.chassis.kafka;

import org.jspecify.annotations.NullMarked;

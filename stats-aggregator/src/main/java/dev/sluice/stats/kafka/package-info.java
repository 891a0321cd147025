/** The edge to Kafka: the log of results, from its beginning. */
@NullMarked
package dev.sluice.stats.kafka;

import org.jspecify.annotations.NullMarked;

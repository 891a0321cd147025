/** The monitor's side of the log: which shards are ours, and what we publish. */
@NullMarked
package dev.sluice.monitor.kafka;

import org.jspecify.annotations.NullMarked;

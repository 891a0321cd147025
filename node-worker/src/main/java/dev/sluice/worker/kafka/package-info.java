/** The worker's edge to the log: membership, loop, results. */
@NullMarked
package dev.sluice.worker.kafka;

import org.jspecify.annotations.NullMarked;

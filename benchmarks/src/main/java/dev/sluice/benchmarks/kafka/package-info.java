/** Logs that are written by hand, to measure what reads them. */
@NullMarked
package dev.sluice.benchmarks.kafka;

import org.jspecify.annotations.NullMarked;

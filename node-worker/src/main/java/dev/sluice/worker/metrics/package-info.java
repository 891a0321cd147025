/** What the workers of a process count and time, as metrics. */
@NullMarked
package dev.sluice.worker.metrics;

import org.jspecify.annotations.NullMarked;

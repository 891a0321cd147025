/** The request log read with its results, and appended to. */
@NullMarked
package dev.sluice.replay.kafka;

import org.jspecify.annotations.NullMarked;

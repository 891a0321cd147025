/** Spans: where a request's time went, told to a collector of traces. */
@NullMarked
package dev.sluice.chassis.trace;

import org.jspecify.annotations.NullMarked;

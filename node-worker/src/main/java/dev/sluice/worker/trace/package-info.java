/** The spans of what a worker does with a request. */
@NullMarked
package dev.sluice.worker.trace;

import org.jspecify.annotations.NullMarked;

/** What a request must be like to be queued, and whether there is room; no I/O, no clock. */
@NullMarked
package dev.sluice.ingress.queue;

import org.jspecify.annotations.NullMarked;

/** Which request is the first with its idempotency key. Pure: time comes in as an argument. */
@NullMarked
package dev.sluice.worker.keys;

import org.jspecify.annotations.NullMarked;

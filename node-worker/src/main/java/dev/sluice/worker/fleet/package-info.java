/** The workers of the fleet: who keeps what, and who should give up. Pure. */
@NullMarked
package dev.sluice.worker.fleet;

import org.jspecify.annotations.NullMarked;

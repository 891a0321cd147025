/** Clocks, the only place where time is read. */
@NullMarked
package dev.sluice.chassis.time;

import org.jspecify.annotations.NullMarked;

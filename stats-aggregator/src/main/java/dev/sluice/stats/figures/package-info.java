/** The figures of the last minute and since the start. Pure: time is an argument. */
@NullMarked
package dev.sluice.stats.figures;

import org.jspecify.annotations.NullMarked;

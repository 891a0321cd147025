/** Log lines that a stranger can bring about are bounded. */
@NullMarked
package dev.sluice.chassis.log;

import org.jspecify.annotations.NullMarked;

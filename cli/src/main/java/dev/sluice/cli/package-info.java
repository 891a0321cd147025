/** The {@code sluice} command: what can be typed, and what a mistake is told. */
@NullMarked
package dev.sluice.cli;

import org.jspecify.annotations.NullMarked;

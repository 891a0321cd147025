/** How figures are written for people. Pure. */
@NullMarked
package dev.sluice.cli.text;

import org.jspecify.annotations.NullMarked;

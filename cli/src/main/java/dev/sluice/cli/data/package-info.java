/** What {@code up} keeps in its data directory, and who may read it. */
@NullMarked
package dev.sluice.cli.data;

import org.jspecify.annotations.NullMarked;

/** The broker that {@code up} works with: its own, or one that is there. */
@NullMarked
package dev.sluice.cli.kafka;

import org.jspecify.annotations.NullMarked;

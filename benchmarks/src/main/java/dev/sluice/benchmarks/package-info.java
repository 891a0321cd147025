/** Load on a running Sluice, by real HTTP, with a check of every answer. */
@NullMarked
package dev.sluice.benchmarks;

import org.jspecify.annotations.NullMarked;

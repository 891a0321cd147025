/** What the speed benchmarks stand on: load, child processes, and the CPU time that they take. */
@NullMarked
package dev.sluice.benchmarks.speed;

import org.jspecify.annotations.NullMarked;

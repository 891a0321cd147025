/** Peers of the HTTP paths: what they would cost without a queue behind them. */
@NullMarked
package dev.sluice.benchmarks.http;

import org.jspecify.annotations.NullMarked;

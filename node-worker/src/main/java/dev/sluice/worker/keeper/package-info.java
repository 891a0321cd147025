/** Keeps the gatehouses of this process and follows nodes and health. */
@NullMarked
package dev.sluice.worker.keeper;

import org.jspecify.annotations.NullMarked;

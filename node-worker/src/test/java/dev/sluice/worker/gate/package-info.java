/** Tests of gates: exact models and virtual time. */
@NullMarked
package dev.sluice.worker.gate;

import org.jspecify.annotations.NullMarked;

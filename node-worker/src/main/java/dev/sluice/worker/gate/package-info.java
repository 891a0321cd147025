/** A node's gate: what the node may be sent, and when. Pure: time comes in as an argument. */
@NullMarked
package dev.sluice.worker.gate;

import org.jspecify.annotations.NullMarked;

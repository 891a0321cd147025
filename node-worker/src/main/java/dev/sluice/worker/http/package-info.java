/** The worker's edge to the nodes, and its own HTTP port. */
@NullMarked
package dev.sluice.worker.http;

import org.jspecify.annotations.NullMarked;

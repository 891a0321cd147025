/** The monitor: the node registry's file and the health checks of the nodes. */
@NullMarked
package dev.sluice.monitor;

import org.jspecify.annotations.NullMarked;

/** What is configured: the nodes file and what it changes. Pure. */
@NullMarked
package dev.sluice.monitor.nodes;

import org.jspecify.annotations.NullMarked;

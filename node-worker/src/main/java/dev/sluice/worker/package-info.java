/** From the log to the nodes: the worker and its settings. */
@NullMarked
package dev.sluice.worker;

import org.jspecify.annotations.NullMarked;

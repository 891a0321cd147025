/** The monitor's side of HTTP: the probes of nodes, and the API. */
@NullMarked
package dev.sluice.monitor.http;

import org.jspecify.annotations.NullMarked;

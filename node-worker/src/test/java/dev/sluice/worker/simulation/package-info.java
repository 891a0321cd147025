/** A whole fleet in virtual time: the real keepers, links and dispatches over modelled edges. */
@NullMarked
package dev.sluice.worker.simulation;

import org.jspecify.annotations.NullMarked;

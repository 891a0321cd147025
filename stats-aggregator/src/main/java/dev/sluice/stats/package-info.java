/** The stats-aggregator: what the log says of pools and nodes, added up. */
@NullMarked
package dev.sluice.stats;

import org.jspecify.annotations.NullMarked;

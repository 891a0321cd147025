/** The metrics registry of a service. */
@NullMarked
package dev.sluice.chassis.metrics;

import org.jspecify.annotations.NullMarked;

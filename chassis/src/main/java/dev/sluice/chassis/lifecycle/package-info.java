/** How a service starts and stops. */
@NullMarked
package dev.sluice.chassis.lifecycle;

import org.jspecify.annotations.NullMarked;

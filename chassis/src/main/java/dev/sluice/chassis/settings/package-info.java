/** Settings: read from environment, file and defaults, checked all at once, bound to records. */
@NullMarked
package dev.sluice.chassis.settings;

import org.jspecify.annotations.NullMarked;

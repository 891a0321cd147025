/** Which URLs nodes may have: not those of machines' own services, and not our own. */
@NullMarked
package dev.sluice.monitor.urls;

import org.jspecify.annotations.NullMarked;

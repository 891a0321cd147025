/** What real traffic is, and its figures over the last ten seconds. Pure: time is an argument. */
@NullMarked
package dev.sluice.ingress.traffic;

import org.jspecify.annotations.NullMarked;

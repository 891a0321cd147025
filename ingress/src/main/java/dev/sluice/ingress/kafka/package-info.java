/** The ingress's side of the log: appends, depths, look-ups. */
@NullMarked
package dev.sluice.ingress.kafka;

import org.jspecify.annotations.NullMarked;

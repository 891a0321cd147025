/** The ingress: HTTP in, requests to the log, results out. */
@NullMarked
package dev.sluice.ingress;

import org.jspecify.annotations.NullMarked;

/** The spans of requests that come in and go on to services behind. */
@NullMarked
package dev.sluice.ingress.http.trace;

import org.jspecify.annotations.NullMarked;

/** The way of proxied requests to the services behind, and of their answers back. */
@NullMarked
package dev.sluice.ingress.http.upstream;

import org.jspecify.annotations.NullMarked;

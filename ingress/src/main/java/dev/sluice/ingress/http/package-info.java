/** The ingress's HTTP: the queue path, the requests' states and the nodes' answers. */
@NullMarked
package dev.sluice.ingress.http;

import org.jspecify.annotations.NullMarked;

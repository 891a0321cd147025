/** Which part of Sluice, or which service behind it, a request is for: pure rules. */
@NullMarked
package dev.sluice.ingress.route;

import org.jspecify.annotations.NullMarked;

/** What the ingress remembers of results: who waits, what came lately, where the rest stands. */
@NullMarked
package dev.sluice.ingress.results;

import org.jspecify.annotations.NullMarked;

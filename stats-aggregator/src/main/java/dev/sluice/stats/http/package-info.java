/** The answers over HTTP: the stream of figures, and the schema. */
@NullMarked
package dev.sluice.stats.http;

import org.jspecify.annotations.NullMarked;

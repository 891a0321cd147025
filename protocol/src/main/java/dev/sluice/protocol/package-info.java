/**
 * What the services say to each other: records, topics, ids, codecs, and the rule by which results
 * are folded. Everything here is a value or a pure function.
 */
@NullMarked
package dev.sluice.protocol;

import org.jspecify.annotations.NullMarked;

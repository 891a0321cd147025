/** One Kafka broker in this JVM, for {@code ./sluice up} and for tests. */
@NullMarked
package dev.sluice.embedded;

import org.jspecify.annotations.NullMarked;

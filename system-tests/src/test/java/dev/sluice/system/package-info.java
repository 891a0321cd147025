/** The whole system, as its users see it and as they try to break it. */
@NullMarked
package dev.sluice.system;

import org.jspecify.annotations.NullMarked;

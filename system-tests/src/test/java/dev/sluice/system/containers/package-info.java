/** The images as they are shipped, in real containers. */
@NullMarked
package dev.sluice.system.containers;

import org.jspecify.annotations.NullMarked;

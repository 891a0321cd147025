@NullMarked
package dev.sluice.chassis;

import org.jspecify.annotations.NullMarked;

@NullMarked
package dev.sluice.monitor;

import org.jspecify.annotations.NullMarked;

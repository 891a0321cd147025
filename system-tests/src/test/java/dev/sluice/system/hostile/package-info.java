@NullMarked
package dev.sluice.system.hostile;

import org.jspecify.annotations.NullMarked;

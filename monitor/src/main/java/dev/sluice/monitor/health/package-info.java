/** When a node is checked, and what its checks say of it. Pure. */
@NullMarked
package dev.sluice.monitor.health;

import org.jspecify.annotations.NullMarked;

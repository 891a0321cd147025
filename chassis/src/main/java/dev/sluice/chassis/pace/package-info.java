/** Pure rules: how slow a client may be, and how much of something one of many may have. */
@NullMarked
package dev.sluice.chassis.pace;

import org.jspecify.annotations.NullMarked;

/** All of Sluice in one process: its settings, its ports, its data, its start and stop. */
@NullMarked
package dev.sluice.cli.up;

import org.jspecify.annotations.NullMarked;

/** What the replay command prints. */
@NullMarked
package dev.sluice.cli.replay;

import org.jspecify.annotations.NullMarked;

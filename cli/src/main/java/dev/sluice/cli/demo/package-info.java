/** Three small nodes to try Sluice with: they echo, and count what they are sent. */
@NullMarked
package dev.sluice.cli.demo;

import org.jspecify.annotations.NullMarked;

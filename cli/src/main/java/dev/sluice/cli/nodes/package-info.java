/** What the monitor knows of the nodes, asked over HTTP and shown as a table. */
@NullMarked
package dev.sluice.cli.nodes;

import org.jspecify.annotations.NullMarked;

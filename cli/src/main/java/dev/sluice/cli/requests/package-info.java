/** How the requests command shows requests. */
@NullMarked
package dev.sluice.cli.requests;

import org.jspecify.annotations.NullMarked;

/** What workers and keepers in different processes say to each other. Pure. */
@NullMarked
package dev.sluice.worker.link;

import org.jspecify.annotations.NullMarked;

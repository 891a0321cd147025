/** Tests of keepers, and of what workers know of them. */
@NullMarked
package dev.sluice.worker.keeper;

import org.jspecify.annotations.NullMarked;

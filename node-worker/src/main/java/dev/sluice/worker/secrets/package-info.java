/** Where credentials stand: files that are watched, and the environment. */
@NullMarked
package dev.sluice.worker.secrets;

import org.jspecify.annotations.NullMarked;

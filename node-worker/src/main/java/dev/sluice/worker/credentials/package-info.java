/** Which credential may go with a request to which node: formats and rules. Pure. */
@NullMarked
package dev.sluice.worker.credentials;

import org.jspecify.annotations.NullMarked;

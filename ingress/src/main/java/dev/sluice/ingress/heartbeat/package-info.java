/** When somebody last said over the WebSocket that he is there. */
@NullMarked
package dev.sluice.ingress.heartbeat;

import org.jspecify.annotations.NullMarked;

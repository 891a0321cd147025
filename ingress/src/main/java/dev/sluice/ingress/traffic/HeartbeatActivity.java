package dev.sluice.ingress.traffic;

import java.util.OptionalLong;

/** Knows when there was last a message on the heartbeat's WebSocket. */
@FunctionalInterface
public interface HeartbeatActivity {

    /** By the monotonic clock; empty before the first message. */
    OptionalLong lastMessageNanos();
}

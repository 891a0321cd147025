package dev.sluice.ingress.heartbeat;

import java.util.OptionalLong;

/** What is known of people at the other end: when the last WebSocket message came. */
@FunctionalInterface
public interface Activity {

    /** The nano clock's reading at the last message; empty before the first. */
    OptionalLong lastMessageNanos();
}

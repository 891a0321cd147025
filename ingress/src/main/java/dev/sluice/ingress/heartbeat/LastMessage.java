package dev.sluice.ingress.heartbeat;

import java.util.OptionalLong;

/** The latest message of all connections; any thread may note one. */
public final class LastMessage implements Activity {

    private OptionalLong lastNanos = OptionalLong.empty();

    /** Notes a message; one that is noted late does not take the place of a later one. */
    public synchronized void at(long nowNanos) {
        if (lastNanos.isEmpty() || nowNanos - lastNanos.getAsLong() > 0) {
            lastNanos = OptionalLong.of(nowNanos);
        }
    }

    @Override
    public synchronized OptionalLong lastMessageNanos() {
        return lastNanos;
    }
}

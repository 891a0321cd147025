package dev.sluice.ingress.traffic;

import dev.sluice.ingress.heartbeat.Activity;
import dev.sluice.protocol.TrafficReport;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** The real traffic of one ingress: requests, and what shows that somebody is there. */
public final class Traffic {

    private static final int ACCEPTED = 202;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(TrafficWindow.SECONDS);

    private final TrafficWindow window = new TrafficWindow();
    private final Activity heartbeat;

    public Traffic(Activity heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** A request was queued: it counts when the log has it, whoever waits for its result. */
    public void queued(long nowNanos, long arrivedNanos) {
        window.add(nowNanos, nowNanos - arrivedNanos, ACCEPTED);
    }

    /**
     * A request that counts has been answered.
     *
     * @param status 0 if the answer never was complete
     */
    public void answered(long nowNanos, long arrivedNanos, int status) {
        window.add(nowNanos, nowNanos - arrivedNanos, status);
    }

    public TrafficReport report(long nowNanos) {
        OptionalLong last = heartbeat.lastMessageNanos();
        boolean active = last.isPresent() && nowNanos - last.getAsLong() <= WINDOW_NANOS;
        return window.report(nowNanos, active);
    }
}

package dev.sluice.ingress.http.upstream;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.util.thread.Scheduler;

/** How long a request may wait for a connection to its service, a new one or one that is let go. */
final class ConnectionWait {

    private final Request out;
    private final AtomicBoolean begun = new AtomicBoolean();

    /** Of a request that is about to be sent. */
    ConnectionWait(Request out) {
        this.out = out;
        out.onRequestBegin(_ -> begun.set(true));
    }

    /** A timer for those that wait only: most have a connection at once. */
    void orGiveUp(Scheduler scheduler, Duration after) {
        if (!begun.get()) {
            var _ = scheduler.schedule(this::giveUp, after.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void giveUp() {
        if (!begun.get()) {
            var _ = out.abort(new NoConnectionException());
        }
    }
}

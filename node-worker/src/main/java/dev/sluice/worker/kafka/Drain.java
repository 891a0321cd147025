package dev.sluice.worker.kafka;

import dev.sluice.worker.dispatch.Dispatch;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The wait of a loop until nothing is in flight and the log has every result. */
final class Drain {

    private static final long LOOK_MS = 20;

    private final Dispatch dispatch;
    private final ResultAppender appender;
    private final Mailbox mailbox;
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    private Drain(Dispatch dispatch, ResultAppender appender, Mailbox mailbox) {
        this.dispatch = dispatch;
        this.appender = appender;
        this.mailbox = mailbox;
    }

    /** Begins to wait; the loop itself looks, every {@value #LOOK_MS} ms. */
    static CompletableFuture<Void> begin(
            Dispatch dispatch, ResultAppender appender, Mailbox mailbox) {
        var drain = new Drain(dispatch, appender, mailbox);
        mailbox.post(drain::look);
        return drain.drained;
    }

    private void look() {
        if (dispatch.inFlight().isEmpty() && appender.unacknowledged() == 0) {
            drained.complete(null);
        } else {
            CompletableFuture.delayedExecutor(LOOK_MS, TimeUnit.MILLISECONDS)
                    .execute(() -> mailbox.post(this::look));
        }
    }
}

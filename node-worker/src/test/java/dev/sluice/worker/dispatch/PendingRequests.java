package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestsTopic;

/** Requests as a dispatch has them, for tests of what is done with them. */
public final class PendingRequests {

    private PendingRequests() {}

    public static Pending of(RequestEvent event, long appendedAtMs) {
        var topic = new RequestsTopic(event.pool(), Lane.NORMAL);
        return new Pending(1, new Position(topic, 0, 0), event, appendedAtMs);
    }
}

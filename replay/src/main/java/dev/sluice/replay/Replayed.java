package dev.sluice.replay;

import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import java.time.Instant;
import java.util.Optional;

/** Makes the new request that is sent in place of one from the log. */
public final class Replayed {

    private Replayed() {}

    /**
     * The same request under a new nonce. Without the idempotency key, under which it would be a
     * duplicate of the original, and without the deadline, which counted from the original's
     * acceptance.
     */
    public static RequestEvent of(
            RequestEvent original,
            RequestId id,
            String replay,
            PoolName pool,
            Nonce nonce,
            Instant at) {
        return new RequestEvent(
                nonce,
                pool,
                at,
                original.method(),
                original.target(),
                original.contentType(),
                Optional.empty(),
                Optional.empty(),
                original.headers(),
                original.body(),
                Optional.of(new ReplayOf(id, replay)));
    }
}

package dev.sluice.replay;

import dev.sluice.protocol.Body;
import java.util.Locale;
import java.util.Optional;

/** What somebody asks of a replay that another one runs; stands in the replays topic. */
public enum Wish {
    PAUSE,
    STOP;

    /** How it stands in the topic. */
    public Body encode() {
        return Body.ofUtf8(name().toLowerCase(Locale.ROOT));
    }

    /** The wish that stands there; empty for what a newer version may wish. */
    public static Optional<Wish> decode(Body body) {
        for (Wish wish : values()) {
            if (wish.encode().equals(body)) {
                return Optional.of(wish);
            }
        }
        return Optional.empty();
    }

    /** The state of a replay that does so. */
    public ReplayProgress.State state() {
        return this == PAUSE ? ReplayProgress.State.PAUSED : ReplayProgress.State.STOPPED;
    }
}

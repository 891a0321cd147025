package dev.sluice.replay;

import dev.sluice.replay.ReplayProgress.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What becomes of the wish to start a replay under a name. */
public sealed interface ReplayStart {

    /** Nobody has used the name. */
    record Fresh() implements ReplayStart {}

    /** It goes on from there. */
    record GoOn(ReplayProgress from) implements ReplayStart {}

    /** Everything was sent; nothing is. */
    record Done(ReplayProgress progress) implements ReplayStart {}

    /** It is refused. */
    record Refused(Kind kind, String why) implements ReplayStart {}

    /** Why it is refused. */
    enum Kind {
        UNDER_WAY,
        OTHER_SELECTION,
        UNKNOWN
    }

    /**
     * Decides.
     *
     * @param wanted empty: whatever stands under the name goes on
     */
    public static ReplayStart decide(
            String name,
            Optional<ReplayProgress> stored,
            Optional<ReplayDraft> wanted,
            Instant now) {
        if (stored.isEmpty()) {
            return wanted.isPresent()
                    ? new Fresh()
                    : new Refused(Kind.UNKNOWN, "there is no replay %s".formatted(name));
        }
        ReplayProgress there = stored.get();
        if (wanted.isPresent() && !there.draft().meansTheSameAs(wanted.get(), there.startedAt())) {
            return new Refused(
                    Kind.OTHER_SELECTION,
                    ("replay %s was started with another selection or target: take another name, or"
                                    + " go on with it by its name alone")
                            .formatted(name));
        }
        if (there.state() == State.DONE) {
            return new Done(there);
        }
        Optional<String> owner = mayRun(there, now);
        return owner.isPresent()
                ? new Refused(
                        Kind.UNDER_WAY,
                        "replay %s is under way at %s; should that be gone, it can go on after %s"
                                .formatted(
                                        name,
                                        owner.get(),
                                        there.seenAt().plus(ReplayTimes.GONE_AFTER)))
                : new GoOn(there);
    }

    /** Whether nobody runs it who should: its runner is gone, or has let it go. */
    public static boolean isAbandoned(ReplayProgress progress, Instant now) {
        return progress.state() == State.RUNNING && mayRun(progress, now).isEmpty();
    }

    /** Who may still send for it. */
    private static Optional<String> mayRun(ReplayProgress progress, Instant now) {
        boolean gone =
                Duration.between(progress.seenAt(), now).compareTo(ReplayTimes.GONE_AFTER) > 0;
        return gone ? Optional.empty() : progress.owner();
    }
}

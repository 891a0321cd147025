package dev.sluice.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How far a replay has come: an entry of the replays topic, under the replay's name.
 *
 * <p>All that was sent by then is acknowledged, and stands below the offsets in {@code target} for
 * each place that the replay sends to. What was sent later stands at or above them.
 *
 * @param draft as it was typed
 * @param startedAt when it was first started: relative times count from there
 * @param rate as it was typed, for those who go on
 * @param overHttp whether ingresses go on with it by themselves
 * @param owner who runs it; empty where nobody does, nor sends anything for it any more
 * @param seenAt the owner's last sign of life, by its clock
 * @param settled nothing stands at or above those offsets, so that nobody need look
 * @param source by partition: what is still to be read
 * @param target by partition: see above
 * @param reached the append time of the latest request that was read
 * @param problem why it failed
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ReplayProgress(
        String name,
        ReplayDraft draft,
        Instant startedAt,
        Optional<String> rate,
        State state,
        boolean overHttp,
        Optional<String> owner,
        Instant seenAt,
        boolean settled,
        Map<String, Span> source,
        Map<String, Long> target,
        Optional<Instant> reached,
        Counts counts,
        Optional<String> problem) {

    /** Where a replay stands. */
    public enum State {
        RUNNING,
        /** It goes on when somebody says so. */
        PAUSED,
        /** Ended before its end; it goes on when it is started again. */
        STOPPED,
        DONE,
        FAILED;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What is still to be read of a partition.
     *
     * @param to the first offset that is not
     */
    public record Span(long next, long to) {

        public Span {
            if (next < 0) {
                throw new IllegalArgumentException("no span: %d to %d".formatted(next, to));
            }
        }

        public long left() {
            return Math.max(0, to - next);
        }
    }

    /**
     * So far.
     *
     * @param toRead requests in the log to look at, in all
     * @param read of those
     * @param sent that were appended
     * @param bytes of their bodies
     */
    public record Counts(long toRead, long read, long sent, long bytes) {

        public Counts plusSent(long bodyBytes) {
            return new Counts(toRead, read, sent + 1, bytes + bodyBytes);
        }
    }

    public ReplayProgress {
        source = Map.copyOf(source);
        target = Map.copyOf(target);
    }

    public ReplayOrder order() {
        return draft.order(startedAt);
    }

    /** The same replay as it is now. */
    public ReplayProgress at(
            State state,
            Optional<String> owner,
            Instant seenAt,
            boolean settled,
            Map<String, Span> source,
            Map<String, Long> target,
            Optional<Instant> reached,
            Counts counts) {
        return new ReplayProgress(
                name,
                draft,
                startedAt,
                rate,
                state,
                overHttp,
                owner,
                seenAt,
                settled,
                source,
                target,
                reached,
                counts,
                Optional.empty());
    }

    /** The same in another state, where nobody runs it. */
    public ReplayProgress put(State next) {
        return at(next, Optional.empty(), seenAt, settled, source, target, reached, counts);
    }

    /** Taken up by this owner. */
    public ReplayProgress takenUp(
            String newOwner, Instant now, Optional<String> newRate, boolean nowOverHttp) {
        return new ReplayProgress(
                name,
                draft,
                startedAt,
                newRate.isPresent() ? newRate : rate,
                State.RUNNING,
                nowOverHttp,
                Optional.of(newOwner),
                now,
                false,
                source,
                target,
                reached,
                counts,
                Optional.empty());
    }

    /** Failed, for this reason. */
    public ReplayProgress failed(String why) {
        return new ReplayProgress(
                name,
                draft,
                startedAt,
                rate,
                State.FAILED,
                overHttp,
                owner,
                seenAt,
                settled,
                source,
                target,
                reached,
                counts,
                Optional.of(why));
    }
}

package dev.sluice.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a replay has come, as JSON.
 *
 * @param selection as it was typed; relative times count from {@code startedAt}
 * @param seenAt the last sign of life of its runner
 * @param requestsToRead requests in the log to look at, in all
 * @param requestsRead of those
 * @param sent requests that are in the log again
 * @param bytes of their bodies
 * @param reached the append time of the latest request that was looked at
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ReplayView(
        String name,
        String state,
        ReplayDraft selection,
        Optional<String> rate,
        Instant startedAt,
        Instant seenAt,
        long requestsToRead,
        long requestsRead,
        long sent,
        long bytes,
        Optional<Instant> reached,
        Optional<String> problem) {

    public static ReplayView of(ReplayProgress progress) {
        var counts = progress.counts();
        return new ReplayView(
                progress.name(),
                progress.state().text(),
                progress.draft(),
                progress.rate(),
                progress.startedAt(),
                progress.seenAt(),
                counts.toRead(),
                counts.read(),
                counts.sent(),
                counts.bytes(),
                progress.reached(),
                progress.problem());
    }
}

package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.worker.dispatch.Dispatch;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The shards of one worker, as they come and go: what is done when one is taken over, let go alive,
 * or lost. Belongs to the loop's thread.
 */
final class OwnedShards {

    // after the request time-out: for the answer's way into the log
    private static final Duration HELD_EXTRA = Duration.ofSeconds(1);

    private final String worker;
    private final Duration requestTimeout;
    private final Dispatch dispatch;
    private final Intake intake;
    private final CheckpointWriter checkpoints;
    private final ResultAppender appender;
    private final InstantSource wall;
    private final Map<Integer, Long> assignments = new HashMap<>(); // by shard
    private long lastAssignment;

    OwnedShards(
            String worker,
            Duration requestTimeout,
            Dispatch dispatch,
            Intake intake,
            CheckpointWriter checkpoints,
            ResultAppender appender,
            InstantSource wall) {
        this.worker = worker;
        this.requestTimeout = requestTimeout;
        this.dispatch = dispatch;
        this.intake = intake;
        this.checkpoints = checkpoints;
        this.appender = appender;
        this.wall = wall;
    }

    /** These are ours; the number of the assignment by which they came. */
    long assigned(Collection<Integer> shards) {
        long assignment = ++lastAssignment;
        shards.forEach(shard -> assignments.put(shard, assignment));
        return assignment;
    }

    /** What a new owner must know has been learnt. */
    void taken(Takeover.Known known) {
        for (int shard : known.shards()) {
            // since it was asked for, it may have gone, or gone and come back
            if (Objects.equals(assignments.get(shard), known.assignment())) {
                long claimsFrom = Objects.requireNonNull(known.claimsFrom().get(shard));
                intake.take(shard, known.topics(), known.state(), claimsFrom);
            }
        }
    }

    /** There is a requests topic that was not there before. */
    void found(RequestsTopic topic, Checkpoints state) {
        List.copyOf(intake.shards()).forEach(shard -> intake.adopt(shard.shard, topic, state));
    }

    /** Lets these go alive; {@code then} when the log has all that their next owner must know. */
    void release(Collection<Integer> shards, Runnable then) {
        assignments.keySet().removeAll(shards);
        var writes = new Countdown(then);
        for (ShardIntake shard : List.copyOf(intake.shards())) {
            if (shards.contains(shard.shard)) {
                checkpoints.writeLast(shard, writes.one());
                List<RequestId> inFlight = dispatch.release(shard.shard);
                if (!inFlight.isEmpty()) {
                    Instant until = wall.instant().plus(requestTimeout).plus(HELD_EXTRA);
                    hold(shard.shard, until, inFlight, writes.one());
                }
            }
        }
        intake.drop(shards);
        writes.begun();
    }

    /** These are another's already: nothing more may be said about them. */
    void lost(Collection<Integer> shards) {
        assignments.keySet().removeAll(shards);
        shards.forEach(dispatch::release);
        intake.drop(shards);
    }

    /** Gives up what is in flight: its next owner need not wait for it. */
    void giveUp(Runnable then) {
        var byShard = new TreeMap<Integer, List<RequestId>>();
        for (RequestId id : dispatch.inFlight()) {
            byShard.computeIfAbsent(id.position().shard(), s -> new ArrayList<>()).add(id);
        }
        var writes = new Countdown(then);
        byShard.forEach((shard, ids) -> hold(shard, wall.instant(), ids, writes.one()));
        writes.begun();
    }

    /** It failed here and is another's to try again, who waits for our word. */
    void leave(RequestId id) {
        hold(id.position().shard(), wall.instant(), List.of(id), () -> {});
    }

    private void hold(int shard, Instant until, List<RequestId> requests, Runnable then) {
        var held = new Held(shard, until, requests);
        appender.append(shard, ResultsCodec.encode(held, worker, wall.instant()), then);
    }
}

package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.kafka.LogReads.Read;
import dev.sluice.ingress.results.RecentResults;
import dev.sluice.ingress.results.RecentResults.Where;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The way from an id to its result: memory, the index and one read, a short stretch, and at last a
 * scan from the time of acceptance.
 *
 * <p>Without the right nonce nobody learns that a request is there.
 */
public final class ResultLookup {

    // clocks of brokers differ: a result may bear a time a little before its request's
    private static final long CLOCK_SKEW_MILLIS = 5_000;

    private final LogReads reads;
    private final RecentResults recent;
    private final ResultsReader results;
    private final LaneTopics topics;
    private final int shards;
    private final NanoClock nanos;
    private final Duration timeout;
    private final ScanProgress progress = new ScanProgress();

    /**
     * A look-up over these parts.
     *
     * @param timeout of one look-up
     */
    public ResultLookup(
            LogReads reads,
            RecentResults recent,
            ResultsReader results,
            LaneTopics topics,
            int shards,
            NanoClock nanos,
            Duration timeout) {
        this.reads = reads;
        this.recent = recent;
        this.results = results;
        this.topics = topics;
        this.shards = shards;
        this.nanos = nanos;
        this.timeout = timeout;
    }

    /** Looks a request up; takes no longer than the time-out. */
    public Found find(RequestId id) throws InterruptedException {
        long until = nanos.nanoTime() + timeout.toNanos();
        Position position = id.position();
        Where where = recent.find(position);
        return switch (where) {
            case Where.InMemory(Ending ending) -> checked(id, ending);
            case Where.At(long offset) -> at(id, offset, until);
            case Where.Between _, Where.Unknown _ -> byRequest(id, where, until);
        };
    }

    private Found at(RequestId id, long offset, long until) throws InterruptedException {
        return switch (reads.at(resultsPartition(id), offset, until)) {
            case Read.Found(var record) ->
                    decode(record).map(ending -> checked(id, ending)).orElseGet(Found.Unknown::new);
            case Read.Unreachable(String why) -> new Found.Unreachable(why);
            case Read.OutOfTime _ -> new Found.OutOfTime();
            case Read.Trimmed _, Read.BeyondEnd _, Read.Absent _, Read.Starts _ ->
                    new Found.Trimmed();
        };
    }

    /** Reads the request itself: is it there, and is it done? */
    private Found byRequest(RequestId id, Where where, long until) throws InterruptedException {
        Position position = id.position();
        if (position.shard() >= shards) {
            return new Found.Unknown();
        }
        Optional<Boolean> exists = topics.exists(position.topic(), millisLeft(until));
        if (exists.isEmpty()) {
            return new Found.Unreachable("the broker does not answer");
        }
        if (!exists.get()) {
            return new Found.Unknown();
        }
        // before the request: what is not done now had no result when the request was read
        boolean done = results.isDone(position);
        var partition = new TopicPartition(position.topic().name(), position.shard());
        return switch (reads.at(partition, position.offset(), until)) {
            case Read.Found(var record) -> ofRecord(id, record, done, where, until);
            case Read.Trimmed _ -> new Found.Trimmed();
            case Read.Unreachable(String why) -> new Found.Unreachable(why);
            case Read.BeyondEnd _, Read.Absent _, Read.OutOfTime _, Read.Starts _ ->
                    new Found.Unknown();
        };
    }

    private Found ofRecord(
            RequestId id,
            ConsumerRecord<byte[], byte[]> record,
            boolean done,
            Where where,
            long until)
            throws InterruptedException {
        RequestEvent event;
        try {
            event = RequestCodec.decode(WireRecords.fromKafka(record));
        } catch (UnreadableRecordException e) {
            return new Found.Unknown(); // without its nonce nobody can show that it is theirs
        }
        if (!event.nonce().equals(id.nonce())) {
            return new Found.Unknown();
        }
        Instant queuedAt = Instant.ofEpochMilli(record.timestamp());
        return done
                ? scan(id, where, record.timestamp(), until)
                : new Found.Queued(
                        queuedAt,
                        event.deadline().map(queuedAt::plus),
                        event.replayOf().map(ReplayOf::original));
    }

    private Found scan(RequestId id, Where where, long queuedAtMillis, long until)
            throws InterruptedException {
        TopicPartition partition = resultsPartition(id);
        if (where instanceof Where.Between(long min, long max)) {
            Read read = reads.first(partition, min, max, record -> isOf(id, record), until);
            if (read instanceof Read.Found(var record)) {
                return decode(record).map(Found::of).orElseThrow();
            }
        }
        long from = progress.of(id);
        if (from == ScanProgress.NONE) {
            long time = Math.max(0, queuedAtMillis - CLOCK_SKEW_MILLIS);
            switch (reads.atTime(partition, time, until)) {
                case Read.Starts(long offset) -> from = offset;
                case Read.Unreachable(String why) -> {
                    return new Found.Unreachable(why);
                }
                default -> {
                    return new Found.Trimmed(); // no results since then, and yet it is done
                }
            }
        }
        return scanFrom(id, partition, from, until);
    }

    private Found scanFrom(RequestId id, TopicPartition partition, long from, long until)
            throws InterruptedException {
        Read read = reads.first(partition, from, Long.MAX_VALUE, r -> isOf(id, r), until);
        return switch (read) {
            case Read.Found(var record) -> {
                progress.forget(id);
                yield decode(record).map(Found::of).orElseThrow();
            }
            case Read.OutOfTime(long next) -> {
                progress.reached(id, next);
                yield new Found.OutOfTime();
            }
            case Read.Unreachable(String why) -> new Found.Unreachable(why);
            case Read.Absent _, Read.Trimmed _, Read.BeyondEnd _, Read.Starts _ ->
                    new Found.Trimmed();
        };
    }

    private static boolean isOf(RequestId id, ConsumerRecord<byte[], byte[]> record) {
        return decode(record).filter(ending -> ending.request().equals(id)).isPresent();
    }

    private static Found checked(RequestId id, Ending ending) {
        return ending.request().equals(id) ? Found.of(ending) : new Found.Unknown();
    }

    private static Optional<Ending> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return ResultsCodec.decode(WireRecords.fromKafka(record)) instanceof Ending ending
                    ? Optional.of(ending)
                    : Optional.empty();
        } catch (UnreadableRecordException e) {
            return Optional.empty(); // the reader that folds says so in the log
        }
    }

    private static TopicPartition resultsPartition(RequestId id) {
        return new TopicPartition(Topics.RESULTS, id.position().shard());
    }

    private long millisLeft(long until) {
        return Math.max(0, (until - nanos.nanoTime()) / 1_000_000);
    }
}

package dev.sluice.worker.kafka;

import static java.util.Objects.requireNonNull;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import dev.sluice.worker.dispatch.Dispatch;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the shards that the worker owns: results first, then requests.
 *
 * <p>It is assigned by hand partition i of the results and of each requests topic for each shard i,
 * so a new pool needs no rebalance. Belongs to the loop's thread.
 */
final class Intake {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);
    // most are our own: left to gather, for each would end the fetch that waits for requests
    private static final long RESULTS_EVERY_NANOS = 50_000_000;

    private final Consumer<byte[], byte[]> consumer;
    private final Dispatch dispatch;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final Map<Integer, ShardIntake> shards = new TreeMap<>();
    private final Map<String, RequestsTopic> topics = new HashMap<>();
    private OptionalLong resultsAtNanos = OptionalLong.empty(); // empty: read them at once

    Intake(
            Consumer<byte[], byte[]> consumer,
            Dispatch dispatch,
            NanoClock nanos,
            InstantSource wall) {
        this.consumer = consumer;
        this.dispatch = dispatch;
        this.nanos = nanos;
        this.wall = wall;
    }

    Collection<ShardIntake> shards() {
        return shards.values();
    }

    /**
     * Begins to read a shard where its checkpoints say.
     *
     * @param claimsFrom where to begin to read who claimed which idempotency key
     */
    void take(int shard, Set<RequestsTopic> present, Checkpoints state, long claimsFrom) {
        var intake = new ShardIntake(shard, state.resultsFrom(present, shard), nanos.nanoTime());
        dispatch.take(shard, new ShardFold(shard));
        shards.put(shard, intake);
        var results = new TopicPartition(Topics.RESULTS, shard);
        assign();
        consumer.seek(results, intake.resultsStart);
        consumer.seek(claims(shard), claimsFrom);
        present.forEach(topic -> adopt(intake, topic, state));
        serveWhatIsReady();
    }

    /** A requests topic that was made since the shard was taken. */
    void adopt(int shard, RequestsTopic topic, Checkpoints state) {
        ShardIntake intake = shards.get(shard);
        if (intake == null || intake.knows(topic)) {
            return;
        }
        long from = state.resultsFrom(List.of(topic), shard);
        if (from < intake.resultsStart) {
            // what was read before this is not enough for the new topic: adding up twice is
            // harmless
            intake.resultsStart = from;
            consumer.seek(new TopicPartition(Topics.RESULTS, shard), from);
        }
        adopt(intake, topic, state);
        serveWhatIsReady();
    }

    private void adopt(ShardIntake intake, RequestsTopic topic, Checkpoints state) {
        topics.put(topic.name(), topic);
        dispatch.fold(intake.shard).checkpoint(topic, state.next(topic, intake.shard));
        var results = new TopicPartition(Topics.RESULTS, intake.shard);
        intake.waiting.put(topic, state.ends().getOrDefault(results, 0L));
    }

    /** The requests topics that every shard here knows. */
    Set<RequestsTopic> servedEverywhere() {
        var served = new HashSet<>(topics.values());
        shards.values().forEach(shard -> served.removeIf(topic -> !shard.knows(topic)));
        return served;
    }

    /** How far the results of this shard have been read. */
    long resultsPosition(int shard) {
        return consumer.position(new TopicPartition(Topics.RESULTS, shard));
    }

    /** Stops reading these shards. */
    void drop(Collection<Integer> gone) {
        gone.forEach(shards::remove);
        assign();
    }

    /** Reads what is there, waiting at most so long. */
    void poll(Duration timeout) {
        if (shards.isEmpty()) {
            LockSupport.parkNanos(timeout.toNanos()); // a consumer without partitions cannot poll
            return;
        }
        boolean gather = gathersResults();
        choosePaused(gather);
        try {
            var records = consumer.poll(gather ? untilResults(timeout) : timeout);
            for (TopicPartition partition : records.partitions()) {
                ShardIntake shard = shards.get(partition.partition());
                if (shard == null) {
                    continue;
                }
                if (partition.topic().equals(Topics.RESULTS)) {
                    resultsAtNanos = OptionalLong.of(nanos.nanoTime() + RESULTS_EVERY_NANOS);
                    records.records(partition).forEach(record -> result(shard, record));
                } else if (partition.topic().equals(Topics.IDEMPOTENCY_KEYS)) {
                    records.records(partition).forEach(this::claim);
                } else {
                    RequestsTopic topic = requireNonNull(topics.get(partition.topic()));
                    records.records(partition).forEach(record -> request(shard, topic, record));
                }
            }
            if (!records.isEmpty()) {
                serveWhatIsReady();
            }
        } catch (WakeupException e) {
            log.trace("woken");
        } catch (OffsetOutOfRangeException e) {
            log.warn("{} were trimmed before they were read", e.offsetOutOfRangePartitions());
            consumer.seekToBeginning(e.partitions());
        }
    }

    private void request(
            ShardIntake shard, RequestsTopic topic, ConsumerRecord<byte[], byte[]> record) {
        long expected = shard.expected.getOrDefault(topic, record.offset());
        if (record.offset() > expected) {
            // no record will ever have these offsets
            dispatch.fold(shard.shard).missing(topic, expected, record.offset());
        }
        shard.expected.put(topic, record.offset() + 1);
        shard.change(nanos.nanoTime());
        var position = new Position(topic, shard.shard, record.offset());
        long nowMs = wall.millis();
        try {
            var event = RequestCodec.decode(WireRecords.fromKafka(record));
            dispatch.read(position, record.timestamp(), event, nanos.nanoTime(), nowMs);
        } catch (UnreadableRecordException e) {
            log.warn("{}: {}", position, e.getMessage());
            int bytes = Math.max(0, record.serializedValueSize());
            String why = String.valueOf(e.getMessage());
            dispatch.unreadable(position, record.timestamp(), bytes, why, nowMs);
        }
    }

    private void result(ShardIntake shard, ConsumerRecord<byte[], byte[]> record) {
        try {
            ResultsRecord entry = ResultsCodec.decode(WireRecords.fromKafka(record));
            if (!(entry instanceof LedgerSnapshot)) {
                shard.change(nanos.nanoTime());
            }
            if (entry instanceof Held held) {
                shard.held.put(record.offset(), held.until());
            }
            dispatch.results(shard.shard, entry, nanos.nanoTime(), wall.millis());
        } catch (UnreadableRecordException | IllegalArgumentException e) {
            log.warn("results {}@{}: {}", shard.shard, record.offset(), e.getMessage());
        }
    }

    private void claim(ConsumerRecord<byte[], byte[]> record) {
        int shard = record.partition();
        try {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            KeyClaim claim = KeyClaim.decode(Body.of(value));
            dispatch.claimed(shard, claim, record.timestamp(), nanos.nanoTime(), wall.millis());
        } catch (UnreadableRecordException e) {
            log.warn("keys {}@{}: {}", shard, record.offset(), e.getMessage());
        }
    }

    /** Where the claims of a shard's keys stand. */
    static TopicPartition claims(int shard) {
        return new TopicPartition(Topics.IDEMPOTENCY_KEYS, shard);
    }

    /** Serves the requests topics whose results have been read far enough. */
    private void serveWhatIsReady() {
        boolean more = false;
        var ready = new HashMap<TopicPartition, Long>();
        for (ShardIntake shard : shards.values()) {
            if (shard.waiting.isEmpty()) {
                continue;
            }
            long position = resultsPosition(shard.shard);
            for (RequestsTopic topic : List.copyOf(shard.waiting.keySet())) {
                if (position >= shard.waiting.getOrDefault(topic, Long.MAX_VALUE)) {
                    long next = dispatch.fold(shard.shard).next(topic);
                    shard.waiting.remove(topic);
                    shard.expected.put(topic, next);
                    ready.put(new TopicPartition(topic.name(), shard.shard), next);
                    more = true;
                }
            }
        }
        if (more) {
            assign();
            ready.forEach(consumer::seek);
        }
    }

    private void assign() {
        var partitions = new HashSet<TopicPartition>();
        for (ShardIntake shard : shards.values()) {
            partitions.add(new TopicPartition(Topics.RESULTS, shard.shard));
            partitions.add(claims(shard.shard));
            shard.expected
                    .keySet()
                    .forEach(t -> partitions.add(new TopicPartition(t.name(), shard.shard)));
        }
        consumer.assign(partitions);
    }

    /** Whether results are left in the log for the moment. */
    private boolean gathersResults() {
        if (resultsAtNanos.isPresent() && resultsAtNanos.getAsLong() - nanos.nanoTime() <= 0) {
            resultsAtNanos = OptionalLong.empty();
        }
        return resultsAtNanos.isPresent();
    }

    private Duration untilResults(Duration timeout) {
        long left = resultsAtNanos.orElseThrow() - nanos.nanoTime(); // below 1 ms is polled as 0
        Duration until = Duration.ofMillis(Math.max(0, left) / 1_000_000 + 1);
        return until.compareTo(timeout) < 0 ? until : timeout;
    }

    /** Requests are read while there is room for them; results now and then, or when awaited. */
    private void choosePaused(boolean gatherResults) {
        var pause = new HashSet<TopicPartition>();
        var resume = new HashSet<TopicPartition>();
        Set<TopicPartition> paused = consumer.paused();
        for (ShardIntake shard : shards.values()) {
            var results = new TopicPartition(Topics.RESULTS, shard.shard);
            boolean gather = gatherResults && shard.waiting.isEmpty();
            if (gather != paused.contains(results)) {
                (gather ? pause : resume).add(results);
            }
            for (RequestsTopic topic : shard.expected.keySet()) {
                var partition = new TopicPartition(topic.name(), shard.shard);
                boolean full = dispatch.full(shard.shard, topic);
                if (full != paused.contains(partition)) {
                    (full ? pause : resume).add(partition);
                }
            }
        }
        if (!pause.isEmpty()) {
            consumer.pause(pause);
        }
        if (!resume.isEmpty()) {
            consumer.resume(resume);
        }
    }
}

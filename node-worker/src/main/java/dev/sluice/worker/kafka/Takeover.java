package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.protocol.RequestsTopic;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the broker, beside the loop, what a shard's new owner must know: topics, checkpoints, ends.
 *
 * <p>It asks again until it is answered; what it learns it posts to the loop.
 */
final class Takeover {

    private static final Logger log = LoggerFactory.getLogger(Takeover.class);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long AGAIN_MS = 300;

    /**
     * Where it asks.
     *
     * @param shards how many there are
     * @param keysMax idempotency keys that are remembered: no more claims are read
     */
    record Source(Admin admin, TopicAdmin topics, int shards, int keysMax) {}

    /**
     * What is known of shards that were asked about.
     *
     * @param assignment by which they came
     * @param claimsFrom where the claims of keys begin that would be remembered, by shard
     */
    record Known(
            Collection<Integer> shards,
            long assignment,
            Set<RequestsTopic> topics,
            Checkpoints state,
            Map<Integer, Long> claimsFrom) {}

    /** Hears, on the loop's thread, of a requests topic that was not there before. */
    @FunctionalInterface
    interface Found {
        void found(RequestsTopic topic, Checkpoints state);
    }

    private final Source source;
    private final Mailbox mailbox;
    private final Consumer<Known> taken;
    private final Found found;
    private boolean looking; // belongs to the loop's thread, as does the next
    private OptionalLong lookAtNanos = OptionalLong.empty();

    Takeover(Source source, Mailbox mailbox, Consumer<Known> taken, Found found) {
        this.source = source;
        this.mailbox = mailbox;
        this.taken = taken;
        this.found = found;
    }

    /** Asks about these shards; the answer is posted to the loop. */
    void begin(Collection<Integer> shards, long assignment) {
        if (shards.isEmpty()) {
            return;
        }
        Thread.startVirtualThread(
                () -> {
                    while (true) {
                        try {
                            Set<RequestsTopic> topics = source.topics.requestsTopics();
                            Checkpoints state = Checkpoints.read(source.admin, topics, shards);
                            var known =
                                    new Known(
                                            List.copyOf(shards),
                                            assignment,
                                            topics,
                                            state,
                                            claimsFrom(shards));
                            mailbox.post(() -> taken.accept(known));
                            return;
                        } catch (TimeoutException | ExecutionException e) {
                            log.warn("shards {} wait for the broker: {}", shards, e.toString());
                            pause();
                        } catch (InterruptedException e) {
                            return;
                        }
                    }
                });
    }

    /**
     * Looks now and then for requests topics that are new; called by the loop.
     *
     * @param served need not be asked about
     */
    void lookForTopics(Set<RequestsTopic> served, long nowNanos) {
        if (looking || (lookAtNanos.isPresent() && lookAtNanos.getAsLong() - nowNanos > 0)) {
            return;
        }
        looking = true;
        lookAtNanos = OptionalLong.of(nowNanos + LOOK_EVERY_NANOS);
        Thread.startVirtualThread(() -> look(served));
    }

    private void look(Set<RequestsTopic> served) {
        try {
            for (RequestsTopic topic : source.topics.requestsTopics()) {
                if (!served.contains(topic)) {
                    Checkpoints state = Checkpoints.read(source.admin, List.of(topic), all());
                    mailbox.post(() -> found.found(topic, state));
                }
            }
        } catch (TimeoutException | ExecutionException e) {
            log.debug("no look at the topics: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        mailbox.post(() -> looking = false);
    }

    private Map<Integer, Long> claimsFrom(Collection<Integer> shards)
            throws InterruptedException, ExecutionException, TimeoutException {
        var partitions = shards.stream().map(Intake::claims).toList();
        var begins = Checkpoints.offsets(source.admin, partitions, OffsetSpec.earliest());
        var ends = Checkpoints.offsets(source.admin, partitions, OffsetSpec.latest());
        var from = new HashMap<Integer, Long>();
        for (TopicPartition partition : partitions) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, 0L);
            from.put(partition.partition(), Math.max(begin, end - source.keysMax));
        }
        return from;
    }

    private List<Integer> all() {
        return IntStream.range(0, source.shards).boxed().toList();
    }

    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(AGAIN_MS));
    }
}

package dev.sluice.cli.audit.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.RangeReader;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.AuditScope;
import dev.sluice.cli.audit.NodeLimits;
import dev.sluice.cli.audit.ShardFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The audit of a log: reads it to the ends that it has when the audit begins. */
public final class Audit {

    // shards read at one time: each holds the nonces of its requests, and what it has fetched;
    // more than four wait for the broker
    private static final int THREADS_MAX = 4;

    // a send in its shard's list, in that of its node, and in the copy that is sorted; and the rest
    private static final long BYTES_PER_RESULT = 70;

    private static final Map<String, Object> FETCHES =
            Map.of(
                    // what is fetched ahead of an end is not waited for
                    "fetch.max.wait.ms", 20,
                    // a fetch is in memory at once, and the next one beside it
                    "fetch.max.bytes", 4 * 1024 * 1024,
                    "max.partition.fetch.bytes", 1024 * 1024,
                    "max.poll.records", 2_000,
                    "receive.buffer.bytes", 1024 * 1024);

    private Audit() {}

    /** The audit of the whole log of this broker. */
    public static AuditReport run(KafkaSettings kafka, Instant at)
            throws LogReadException, InterruptedException {
        return run(kafka, AuditScope.WHOLE, at, ReadProgress.NONE);
    }

    /**
     * Audits.
     *
     * @param at now
     * @throws LogReadException if the broker does not answer, or there is nothing to audit
     */
    public static AuditReport run(
            KafkaSettings kafka, AuditScope scope, Instant at, ReadProgress progress)
            throws LogReadException, InterruptedException {
        var clients = new KafkaClients(kafka, "audit");
        LogExtent extent = extent(clients, scope);
        requireHeap(extent.results(), Runtime.getRuntime().maxMemory());
        progress.total(extent.records());
        List<ShardFigures> shards = readShards(clients, extent, progress);
        return AuditReport.of(at, scope, shards, limits(clients));
    }

    /**
     * Refuses a log whose sends would not fit.
     *
     * @throws LogReadException with what to do
     */
    static void requireHeap(long results, long heapBytes) throws LogReadException {
        long needed = results * BYTES_PER_RESULT;
        if (needed > heapBytes) {
            throw new LogReadException(
                    ("the log has %d results, which takes %d MiB of memory, and there are %d: audit"
                                    + " less with --from, or give it more with"
                                    + " SLUICE_JAVA_OPTS=-Xmx%dm")
                            .formatted(results, needed >> 20, heapBytes >> 20, needed >> 20));
        }
    }

    private static LogExtent extent(KafkaClients clients, AuditScope scope)
            throws LogReadException, InterruptedException {
        var admin = clients.admin();
        try {
            return LogExtent.read(admin, clients.settings(), scope);
        } finally {
            admin.close(Duration.ZERO); // else a broker that is away is waited for once more
        }
    }

    private static List<ShardFigures> readShards(
            KafkaClients clients, LogExtent extent, ReadProgress progress)
            throws LogReadException, InterruptedException {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, THREADS_MAX);
        Queue<Integer> shards = new ConcurrentLinkedQueue<>();
        for (int shard = 0; shard < extent.shards(); shard++) {
            shards.add(shard);
        }
        try (ExecutorService readers = Executors.newFixedThreadPool(threads)) {
            var reading = new ArrayList<Future<List<ShardFigures>>>();
            for (int i = 0; i < threads; i++) {
                reading.add(readers.submit(() -> readSome(clients, extent, shards, progress)));
            }
            var read = new ArrayList<ShardFigures>();
            try {
                for (Future<List<ShardFigures>> some : reading) {
                    read.addAll(some.get());
                }
            } finally {
                readers.shutdownNow(); // only ends something when one has failed
            }
            return read;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof LogReadException known) {
                throw known;
            }
            throw new IllegalStateException("a shard's reader ended by a bug", e.getCause());
        }
    }

    /** Reads one shard after another, until none is left. */
    private static List<ShardFigures> readSome(
            KafkaClients clients, LogExtent extent, Queue<Integer> shards, ReadProgress progress)
            throws LogReadException {
        var consumer = clients.views(FETCHES);
        try {
            var read = new ArrayList<ShardFigures>();
            Integer shard = shards.poll();
            while (shard != null) {
                read.add(new ShardReader(consumer, extent, shard, progress::read).read());
                shard = shards.poll();
            }
            return read;
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }

    private static NodeLimits limits(KafkaClients clients) throws LogReadException {
        var consumer = clients.views(RangeReader.FETCHES);
        try {
            return NodeLimitsReader.read(consumer);
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }
}

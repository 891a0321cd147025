package dev.sluice.cli.audit.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.cli.audit.AuditException;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.AuditScope;
import dev.sluice.cli.audit.NodeLimits;
import dev.sluice.cli.audit.Progress;
import dev.sluice.cli.audit.ShardFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The audit of a log: reads it to the ends that it has when the audit begins. */
public final class Audit {

    // shards read at one time: each holds the nonces of its requests, and what it has fetched;
    // more than four wait for the broker
    private static final int THREADS_MAX = 4;

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
            throws AuditException, InterruptedException {
        return run(kafka, AuditScope.WHOLE, at, Progress.NONE);
    }

    /**
     * Audits.
     *
     * @param at now
     * @throws AuditException if the broker does not answer, or there is nothing to audit
     */
    public static AuditReport run(
            KafkaSettings kafka, AuditScope scope, Instant at, Progress progress)
            throws AuditException, InterruptedException {
        var clients = new KafkaClients(kafka, "audit");
        LogExtent extent = extent(clients, scope);
        progress.total(extent.records());
        List<ShardFigures> shards = readShards(clients, extent, progress);
        return AuditReport.of(at, scope, shards, limits(clients));
    }

    private static LogExtent extent(KafkaClients clients, AuditScope scope)
            throws AuditException, InterruptedException {
        var admin = clients.admin();
        try {
            return LogExtent.read(admin, clients.settings(), scope);
        } finally {
            admin.close(Duration.ZERO); // else a broker that is away is waited for once more
        }
    }

    private static List<ShardFigures> readShards(
            KafkaClients clients, LogExtent extent, Progress progress)
            throws AuditException, InterruptedException {
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, THREADS_MAX);
        try (ExecutorService readers = Executors.newFixedThreadPool(threads)) {
            var reading = new ArrayList<Future<ShardFigures>>();
            for (int shard = 0; shard < extent.shards(); shard++) {
                reading.add(readers.submit(shardTask(clients, extent, shard, progress)));
            }
            var shards = new ArrayList<ShardFigures>();
            try {
                for (Future<ShardFigures> shard : reading) {
                    shards.add(shard.get());
                }
            } finally {
                readers.shutdownNow(); // only ends something when one has failed
            }
            return shards;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuditException known) {
                throw known;
            }
            throw new IllegalStateException("a shard's reader ended by a bug", e.getCause());
        }
    }

    private static Callable<ShardFigures> shardTask(
            KafkaClients clients, LogExtent extent, int shard, Progress progress) {
        return () -> {
            var consumer = clients.views(FETCHES);
            try {
                return new ShardReader(consumer, extent, shard, progress::read).read();
            } finally {
                consumer.close(KafkaClients.AT_ONCE);
            }
        };
    }

    private static NodeLimits limits(KafkaClients clients) throws AuditException {
        var consumer = clients.views(Map.of());
        try {
            return NodeLimitsReader.read(consumer);
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }
}

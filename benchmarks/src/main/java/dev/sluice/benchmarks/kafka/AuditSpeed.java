package dev.sluice.benchmarks.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.AuditScope;
import dev.sluice.cli.audit.kafka.Audit;
import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Writes a log of many small requests and results to an embedded broker in this process, audits it,
 * and says how many records a second that was and how much memory it took.
 */
@Command(name = "audit-speed", mixinStandardHelpOptions = true)
public final class AuditSpeed implements Callable<Integer> {

    @Option(names = "--requests", defaultValue = "1000000", description = "each has one result")
    long requests = 1_000_000;

    @Option(names = "--body-bytes", defaultValue = "100", description = "of requests and answers")
    int bodyBytes = 100;

    @Option(names = "--shards", defaultValue = "12")
    int shards = 12;

    @Option(names = "--rounds", defaultValue = "3", description = "audits, one after another")
    int rounds = 3;

    @Override
    public Integer call() throws Exception {
        try (var kafka = EmbeddedKafka.start(BrokerSettings.temporary())) {
            var settings = settings(kafka.bootstrapServers());
            long began = System.nanoTime();
            new GeneratedLog(settings, bodyBytes, Instant.now()).write(requests);
            System.out.printf("%d requests written in %.1f s%n", requests, seconds(began));
            boolean right = true;
            for (int i = 0; i < rounds; i++) {
                right &= audit(settings);
            }
            return right ? 0 : 1;
        }
    }

    private KafkaSettings settings(String bootstrapServers) {
        return KafkaSettings.read(
                Settings.of(
                        Map.of(
                                "KAFKA_BOOTSTRAP_SERVERS",
                                bootstrapServers,
                                "SLUICE_SHARDS",
                                Integer.toString(shards)),
                        Map.of()),
                KafkaClients.knownKeys());
    }

    private boolean audit(KafkaSettings settings) throws Exception {
        var memory = new Memory();
        var records = new AtomicLong();
        var progress =
                new ReadProgress() {
                    @Override
                    public void total(long total) {}

                    @Override
                    public void read(long more) {
                        records.addAndGet(more);
                    }
                };
        long began = System.nanoTime();
        AuditReport report = Audit.run(settings, AuditScope.WHOLE, Instant.now(), progress);
        double seconds = seconds(began);
        System.out.printf(
                "%d records audited in %.2f s: %,.0f records/s; %d MiB of heap before, the broker's"
                        + " included, at most %d MiB of old objects meanwhile%n",
                records.get(),
                seconds,
                records.get() / seconds,
                memory.atStart >> 20,
                memory.most() >> 20);
        return report.requests().succeeded() == requests
                && report.nodes().stream().mapToLong(n -> n.sends()).sum() == requests
                && report.breaches().isEmpty();
    }

    /** What the garbage collector could not soon let go in a run. */
    private static final class Memory {

        final long atStart;

        Memory() {
            System.gc();
            atStart = afterCollection();
            ManagementFactory.getMemoryPoolMXBeans().forEach(pool -> pool.resetPeakUsage());
        }

        /** The peak of the old generation, garbage that waits for its collection included. */
        long most() {
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(
                            pool ->
                                    pool.getName().contains("Old")
                                            || pool.getName().contains("Tenured"))
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum();
        }

        private static long afterCollection() {
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }

    public static void main(String[] args) {
        System.exit(new CommandLine(new AuditSpeed()).execute(args));
    }
}

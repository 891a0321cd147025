package dev.sluice.ingress;

import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.http.connections.ConnectionLimits;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.trace.TraceSettings;
import dev.sluice.ingress.heartbeat.HeartbeatBounds;
import dev.sluice.ingress.http.BodyBounds;
import dev.sluice.ingress.http.IngressHttp;
import dev.sluice.ingress.http.upstream.UpstreamBounds;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.ingress.queue.QueueTarget;
import dev.sluice.ingress.results.Waiters;
import dev.sluice.ingress.route.RouteTable;
import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the ingress.
 *
 * @param port 0 takes a free one
 * @param edge who may ask it, and how large its answers may be
 * @param connections how many there are, and how slow
 * @param bodies bounds of bodies
 * @param maxHeaderBytes of the header fields that go into the log, together
 * @param credentialHeaders fields that never go into the log
 * @param maxWaitSeconds of {@code Prefer: wait} and {@code ?wait}
 * @param waiters clients that wait at one time
 * @param appendTimeoutMillis for a whole append
 * @param producerBufferBytes of appends on their way
 * @param warmUpRecords results of each shard that are read at start, for the index
 * @param indexEntries results whose offset is known
 * @param cacheBytes of results in memory
 * @param lookupTimeout of one look-up in the log
 * @param lookupConsumers look-ups in the log at one time
 * @param idempotencyKeys that are remembered
 * @param catchUp time at start for reading what the results say
 * @param limits of each pool's queue
 * @param poolLimits of pools that have their own
 * @param routes which service or pool serves which paths
 * @param upstream bounds of what is sent to services behind
 * @param heartbeat bounds of the WebSocket
 * @param advertisedUrl where other services reach this one; by default host and port
 * @param statsUrl the stats-aggregator; by default whichever has announced itself
 * @param adminToken lets who sends it replay requests; without one nobody can
 * @param traces where spans go, if anywhere
 */
public record IngressSettings(
        String host,
        int port,
        EdgeSettings edge,
        ConnectionLimits connections,
        BodyBounds bodies,
        int maxHeaderBytes,
        List<String> credentialHeaders,
        int maxWaitSeconds,
        Waiters.Bounds waiters,
        int appendTimeoutMillis,
        long producerBufferBytes,
        int warmUpRecords,
        int indexEntries,
        long cacheBytes,
        Duration lookupTimeout,
        int lookupConsumers,
        int idempotencyKeys,
        Duration catchUp,
        QueueLimits limits,
        Map<PoolName, QueueLimits> poolLimits,
        RouteTable routes,
        UpstreamBounds upstream,
        HeartbeatBounds heartbeat,
        Optional<String> advertisedUrl,
        Optional<URI> statsUrl,
        Optional<Secret> adminToken,
        TraceSettings traces) {

    private static final int MIB = 1024 * 1024;
    private static final long GIB = 1024L * MIB;
    private static final int DAY_SECONDS = 86_400;
    // ids, names and times in a record's header, and what Kafka puts around it
    private static final int RECORD_OVERHEAD_BYTES = 8 * 1024;

    public IngressSettings {
        credentialHeaders = List.copyOf(credentialHeaders);
        poolLimits = Map.copyOf(poolLimits);
    }

    /**
     * Reads them; mistakes are noted in {@code settings}.
     *
     * @param kafka says how large a record may be: the largest request must fit
     */
    public static IngressSettings read(Settings settings, KafkaSettings kafka) {
        int maxBody = settings.number("lb.max-body-bytes", 8 * MIB, 1, 256 * MIB, "bytes");
        int maxHeader = settings.number("lb.max-header-bytes", 32 * 1024, 1024, MIB, "bytes");
        checkRecord(settings, maxBody, maxHeader, kafka.maxRecordBytes());
        QueueLimits limits =
                new QueueLimits(
                        settings.number("queue.max-bytes", 10 * GIB, 1, 1L << 50, "bytes"),
                        settings.number(
                                "queue.max-drain-seconds",
                                DAY_SECONDS,
                                1,
                                365 * DAY_SECONDS,
                                "seconds"));
        int maxWait = settings.number("lb.max-wait-seconds", 300, 1, 3_600, "seconds");
        return new IngressSettings(
                settings.text("lb.host", "127.0.0.1"),
                settings.port("lb.port", 7100),
                EdgeSettings.read(settings),
                ConnectionLimits.read(settings),
                bodies(settings, maxBody),
                maxHeader,
                settings.value(
                        "lb.credential-headers",
                        List.of("Authorization", "Cookie", "X-Api-Key"),
                        IngressSettings::names),
                maxWait,
                waiters(settings),
                settings.number("lb.append-timeout-ms", 5_000, 100, 120_000, "milliseconds"),
                settings.number(
                        "lb.producer-buffer-bytes",
                        64L * MIB,
                        kafka.maxRecordBytes(),
                        16 * GIB,
                        "bytes"),
                settings.number("lb.index-warm-up-records", 2_000, 0, 1_000_000, "records"),
                settings.number("lb.index-entries", 200_000, 1, 50_000_000, "results"),
                settings.number("lb.cache-bytes", 64L * MIB, 0, 64 * GIB, "bytes"),
                Duration.ofMillis(
                        settings.number(
                                "lb.lookup-timeout-ms", 5_000, 100, 60_000, "milliseconds")),
                settings.number("lb.lookup-consumers", 4, 1, 64, "consumers"),
                settings.number("lb.idempotency-keys-max", 100_000, 1, 10_000_000, "keys"),
                Duration.ofSeconds(
                        settings.number("lb.catch-up-seconds", 120, 1, 3_600, "seconds")),
                limits,
                PoolLimits.read(settings, limits),
                RouteSettings.read(settings, maxWait),
                upstream(settings),
                heartbeat(settings),
                AdvertisedUrl.read(settings, "lb"),
                settings.url("stats.url"),
                AdminToken.read(settings),
                TraceSettings.read(settings));
    }

    /** The same with this token for those who replay requests. */
    public IngressSettings withAdminToken(Secret token) {
        return new IngressSettings(
                host,
                port,
                edge,
                connections,
                bodies,
                maxHeaderBytes,
                credentialHeaders,
                maxWaitSeconds,
                waiters,
                appendTimeoutMillis,
                producerBufferBytes,
                warmUpRecords,
                indexEntries,
                cacheBytes,
                lookupTimeout,
                lookupConsumers,
                idempotencyKeys,
                catchUp,
                limits,
                poolLimits,
                routes,
                upstream,
                heartbeat,
                advertisedUrl,
                statsUrl,
                Optional.of(token),
                traces);
    }

    private static BodyBounds bodies(Settings settings, int maxBody) {
        long all = settings.number("lb.body-memory-bytes", 256L * MIB, maxBody, 64 * GIB, "bytes");
        return new BodyBounds(
                maxBody,
                millis(settings, "lb.body-timeout-ms", 300_000, 3_600_000),
                all,
                settings.number(
                        "lb.client-body-memory-bytes",
                        Math.max(maxBody, all / 2),
                        maxBody,
                        64 * GIB,
                        "bytes"));
    }

    private static Waiters.Bounds waiters(Settings settings) {
        int all = settings.number("lb.max-waiters", 10_000, 1, 1_000_000, "clients");
        return new Waiters.Bounds(
                all,
                settings.number(
                        "lb.client-max-waiters", Math.max(1, all / 2), 1, 1_000_000, "clients"));
    }

    private static UpstreamBounds upstream(Settings settings) {
        return new UpstreamBounds(
                millis(settings, "lb.proxy-connect-timeout-ms", 5_000, 120_000),
                millis(settings, "lb.proxy-idle-timeout-ms", 60_000, 3_600_000),
                settings.number("lb.proxy-max-connections", 256, 1, 10_000, "connections"),
                settings.number("lb.proxy-max-waiting", 1_024, 1, 100_000, "requests"),
                settings.flag("lb.trust-forwarded", false));
    }

    private static HeartbeatBounds heartbeat(Settings settings) {
        return new HeartbeatBounds(
                settings.number("lb.heartbeat-max-connections", 1_000, 1, 100_000, "connections"),
                millis(settings, "lb.heartbeat-idle-timeout-ms", 60_000, 3_600_000),
                settings.number("lb.heartbeat-max-message-bytes", 64 * 1024, 128, MIB, "bytes"));
    }

    private static Duration millis(Settings settings, String key, int byDefault, int max) {
        return Duration.ofMillis(settings.number(key, byDefault, 100, max, "milliseconds"));
    }

    /** What one client may send and ask for. */
    IngressHttp.Bounds bounds() {
        return new IngressHttp.Bounds(
                connections,
                bodies,
                maxHeaderBytes,
                maxWaitSeconds,
                upstream,
                heartbeat,
                edge.maxHops(),
                edge.maxResponseHeaderBytes());
    }

    /** Where it listens, and for whom. */
    HttpService.Listen listen() {
        return new HttpService.Listen(host, port, "LB_PORT", edge.hosts(), edge.corsOrigins());
    }

    /** The limits of this pool's queue. */
    public QueueLimits limitsOf(PoolName pool) {
        return poolLimits.getOrDefault(pool, limits);
    }

    private static void checkRecord(
            Settings settings, int maxBody, int maxHeader, int maxRecordBytes) {
        // a character of a header field can take two bytes
        long around = 2L * maxHeader + QueueTarget.MAX_LENGTH + RECORD_OVERHEAD_BYTES;
        if (maxBody + around > maxRecordBytes) {
            settings.problem(
                    "lb.max-body-bytes",
                    "must be at most %d, so that body and headers fit in a record of %d bytes"
                                    .formatted(Math.max(0, maxRecordBytes - around), maxRecordBytes)
                            + " (sluice.max-record-bytes), not '"
                            + maxBody
                            + "'");
        }
    }

    private static List<String> names(String text) {
        List<String> names =
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(name -> !name.isEmpty())
                        .toList();
        for (String name : names) {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+")) {
                throw new IllegalArgumentException("must be names of header fields with commas");
            }
        }
        return names;
    }
}

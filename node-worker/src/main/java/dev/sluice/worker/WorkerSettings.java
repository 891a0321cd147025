package dev.sluice.worker;

import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.AllowedHosts;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.trace.TraceSettings;
import dev.sluice.worker.dispatch.RetryOn;
import dev.sluice.worker.dispatch.RetrySettings;
import dev.sluice.worker.gate.LaneWeights;
import dev.sluice.worker.secrets.SecretsSettings;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a worker process.
 *
 * @param count workers in this process, 1 to 64
 * @param requestTimeout from the grant to the last byte of the node's answer
 * @param connectTimeout to open a connection to a node
 * @param maxResponseBytes a larger answer of a node is a failure
 * @param maxResponseHeaderBytes of a node's status line and all that stands around the content
 * @param retry which attempts are made again, and how often
 * @param bufferRequests requests in memory, for each pool's lane and worker
 * @param bufferBytes bodies of these
 * @param keysMax idempotency keys that each worker remembers
 * @param drain how long a stop waits for what is in flight
 * @param wayMargin how long a request may be on its way before a node counts it
 * @param grantAge a grant that was not written so long after it was made is handed back
 * @param laneWeights how the lanes share what the nodes take while all have work
 * @param lease how long a worker may act for its shards after the group last heard of it; by
 *     default three quarters of the broker's session time-out
 * @param advertisedUrl where the other workers reach this process; by default host and port
 * @param largestBodyBytes debt of a gate whose keeper has just begun
 * @param secrets where the nodes' credentials stand
 * @param traces where spans go, if anywhere
 */
public record WorkerSettings(
        String host,
        int port,
        AllowedHosts hosts,
        int count,
        Duration requestTimeout,
        Duration connectTimeout,
        int maxResponseBytes,
        int maxResponseHeaderBytes,
        RetrySettings retry,
        int bufferRequests,
        long bufferBytes,
        int keysMax,
        Duration drain,
        Duration wayMargin,
        Duration grantAge,
        int largestBodyBytes,
        LaneWeights laneWeights,
        Optional<Duration> lease,
        Optional<String> advertisedUrl,
        SecretsSettings secrets,
        TraceSettings traces) {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    public static WorkerSettings read(Settings settings) {
        int lease = settings.number("worker.lease-ms", 0, 0, 600_000, "milliseconds");
        return new WorkerSettings(
                settings.text("worker.host", "127.0.0.1"),
                settings.port("worker.port", 7300),
                AllowedHosts.read(settings, "worker"),
                settings.number("worker.count", 1, 1, 64, "workers"),
                millis(settings, "worker.request-timeout-ms", 120_000, 100, 3_600_000),
                millis(settings, "worker.connect-timeout-ms", 2_000, 50, 60_000),
                settings.number("worker.max-response-bytes", 8 * MIB, 1_024, 128 * MIB, "bytes"),
                settings.number("worker.max-response-header-bytes", 64 * KIB, KIB, MIB, "bytes"),
                retry(settings),
                settings.number("worker.buffer-requests", 20_000, 16, 1_000_000, "requests"),
                settings.number("worker.buffer-bytes", 64L * MIB, MIB, 16_384L * MIB, "bytes"),
                settings.number(
                        "worker.idempotency-keys-max", 1_000_000, 1_000, 100_000_000, "keys"),
                Duration.ofSeconds(
                        settings.number("worker.drain-seconds", 25, 0, 3_600, "seconds")),
                millis(settings, "worker.way-margin-ms", 500, 0, 5_000),
                millis(settings, "worker.grant-age-ms", 1_000, 50, 10_000),
                settings.number("worker.largest-body-bytes", 8 * MIB, 0, 256 * MIB, "bytes"),
                new LaneWeights(
                        weight(settings, "high", LaneWeights.DEFAULT.high()),
                        weight(settings, "normal", LaneWeights.DEFAULT.normal()),
                        weight(settings, "low", LaneWeights.DEFAULT.low())),
                lease == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(lease)),
                AdvertisedUrl.read(settings, "worker"),
                SecretsSettings.read(settings),
                TraceSettings.read(settings));
    }

    private static int weight(Settings settings, String lane, int value) {
        return settings.number("worker.lane-weight-" + lane, value, 1, 1_000, "shares");
    }

    private static RetrySettings retry(Settings settings) {
        int min = (int) RetrySettings.MIN_BACKOFF.toMillis();
        Duration first =
                millis(
                        settings,
                        "worker.retry-first-ms",
                        (int) RetrySettings.DEFAULT_FIRST_BACKOFF.toMillis(),
                        min,
                        3_600_000);
        Duration max =
                millis(
                        settings,
                        "worker.retry-max-ms",
                        (int) RetrySettings.DEFAULT_MAX_BACKOFF.toMillis(),
                        min,
                        3_600_000);
        if (max.compareTo(first) < 0) {
            settings.problem(
                    "worker.retry-max-ms",
                    "must be at least worker.retry-first-ms, which is %d, not '%d'"
                            .formatted(first.toMillis(), max.toMillis()));
            max = first;
        }
        return new RetrySettings(
                settings.number("worker.max-attempts", 5, 1, 100, "attempts"),
                settings.value("worker.retry-on", RetryOn.DEFAULT, RetryOn::parse),
                first,
                max);
    }

    private static Duration millis(Settings settings, String key, int value, int min, int max) {
        return Duration.ofMillis(settings.number(key, value, min, max, "milliseconds"));
    }
}

package dev.sluice.chassis.http.connections;

import dev.sluice.chassis.pace.ConnectionPace;
import dev.sluice.chassis.settings.Settings;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How many connections a server has, and how slow its clients may be.
 *
 * @param max connections at one time; further ones wait to be accepted
 * @param perClient connections of one client address
 * @param halfOpenPerClient of those, how many whose request is not whole
 * @param pace how slow a client may be
 * @param trustedProxies their connections have no bound of their own; who is behind them stands in
 *     {@code X-Forwarded-For}
 */
public record ConnectionLimits(
        int max,
        int perClient,
        int halfOpenPerClient,
        ConnectionPace.Bounds pace,
        List<AddressRange> trustedProxies) {

    /** Of the process's descriptors, all connections of an ingress have at most half. */
    private static final int INGRESS_PART = 2;

    /** Of a service that people and other services ask for figures. */
    private static final int OTHERS_PART = 20;

    // a thread, its buffers and the kernel's: some 40 KiB each
    private static final int INGRESS_MOST = 20_000;
    private static final int OTHERS_MOST = 1_000;
    private static final int LEAST = 16;

    private static final int HEAD_MS = 10_000;
    private static final int GRACE_MS = 10_000;
    // the kernel takes much at once, and says only later that some of it was read
    private static final int READER_GRACE_MS = 60_000;
    private static final int BYTES_PER_SECOND = 1_024;

    public ConnectionLimits {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /** Of a service that is no ingress. */
    public static ConnectionLimits ofService() {
        int max = part(OTHERS_PART, OTHERS_MOST);
        return new ConnectionLimits(
                max,
                max,
                max / 2,
                pace(HEAD_MS, GRACE_MS, READER_GRACE_MS, BYTES_PER_SECOND),
                List.of());
    }

    /** Of an ingress, as it is set; mistakes are noted in {@code settings}. */
    public static ConnectionLimits read(Settings settings) {
        long most = Math.max(LEAST, Descriptors.SYSTEM.max() * 3 / 4);
        int max =
                settings.number(
                        "lb.max-connections",
                        part(INGRESS_PART, INGRESS_MOST),
                        LEAST,
                        (int) Math.min(1_000_000, most),
                        "connections (three quarters of what 'ulimit -n' allows)");
        int perClient =
                settings.number(
                        "lb.client-max-connections",
                        Math.max(1, max / 2),
                        1,
                        1_000_000,
                        "connections");
        return new ConnectionLimits(
                max,
                perClient,
                settings.number(
                        "lb.client-max-half-open",
                        Math.clamp(perClient / 2, 1, 1_000),
                        1,
                        1_000_000,
                        "connections"),
                pace(
                        millis(settings, "lb.header-timeout-ms", HEAD_MS),
                        millis(settings, "lb.data-rate-grace-ms", GRACE_MS),
                        millis(settings, "lb.reader-grace-ms", READER_GRACE_MS),
                        settings.number(
                                "lb.min-bytes-per-second",
                                BYTES_PER_SECOND,
                                1,
                                1_000_000_000,
                                "bytes per second")),
                settings.value("lb.trusted-proxies", List.of(), AddressRange::list));
    }

    private static int millis(Settings settings, String key, int byDefault) {
        return settings.number(key, byDefault, 100, 3_600_000, "milliseconds");
    }

    private static ConnectionPace.Bounds pace(
            int headMillis, int graceMillis, int readerGraceMillis, int bytesPerSecond) {
        return new ConnectionPace.Bounds(
                TimeUnit.MILLISECONDS.toNanos(headMillis),
                TimeUnit.MILLISECONDS.toNanos(graceMillis),
                TimeUnit.MILLISECONDS.toNanos(readerGraceMillis),
                bytesPerSecond);
    }

    private static int part(int divisor, int most) {
        return Math.clamp(Descriptors.SYSTEM.max() / divisor, LEAST, most);
    }
}

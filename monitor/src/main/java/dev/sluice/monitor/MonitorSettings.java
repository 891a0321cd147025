package dev.sluice.monitor;

import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.AllowedHosts;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.monitor.health.CheckRules;
import dev.sluice.monitor.urls.AllowedUrls;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of the monitor.
 *
 * @param advertisedUrl where other services reach this one; by default host and port
 * @param nodesFile the nodes at start, watched for changes
 * @param allowedUrls where nodes may be though they could be taken for somewhere else
 * @param timeoutMs a node that has not answered by then is not healthy; at most the interval
 * @param adminToken lets who sends it change nodes; without one nobody can
 */
public record MonitorSettings(
        HttpService.Listen listen,
        Optional<String> advertisedUrl,
        Optional<Path> nodesFile,
        AllowedUrls allowedUrls,
        CheckRules rules,
        long timeoutMs,
        Optional<Secret> adminToken) {

    private static final int TIMEOUT_MS = 1_500;

    public static MonitorSettings read(Settings s) {
        int intervalMs =
                s.number("monitor.interval-ms", 2_000, 200, 600_000, "ms between two checks");
        return new MonitorSettings(
                new HttpService.Listen(
                        s.text("monitor.host", "127.0.0.1"),
                        s.port("monitor.port", 7400),
                        "MONITOR_PORT",
                        AllowedHosts.read(s, "monitor")),
                AdvertisedUrl.read(s, "monitor"),
                s.text("sluice.nodes-file").map(Path::of),
                s.value("monitor.allow-urls", AllowedUrls.NONE, AllowedUrls::parse),
                new CheckRules(
                        intervalMs,
                        // back at once: a node that fails after all is seen to by the workers
                        s.number("monitor.healthy-after", 1, 1, 100, "good checks in a row"),
                        // one lost packet or pause is no reason to take a node's load away
                        s.number("monitor.unhealthy-after", 2, 1, 100, "bad checks in a row")),
                s.number(
                        "monitor.timeout-ms",
                        Math.min(TIMEOUT_MS, intervalMs),
                        50,
                        intervalMs,
                        "ms, at most monitor.interval-ms"),
                AdminToken.read(s));
    }

    /** The same with this admin token. */
    public MonitorSettings withAdminToken(Secret token) {
        return new MonitorSettings(
                listen,
                advertisedUrl,
                nodesFile,
                allowedUrls,
                rules,
                timeoutMs,
                Optional.of(token));
    }
}

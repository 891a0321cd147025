package dev.sluice.stats;

import dev.sluice.chassis.http.AdvertisedUrl;
import dev.sluice.chassis.http.AllowedHosts;
import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.settings.Settings;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of the stats-aggregator.
 *
 * @param advertisedUrl where other services reach this one; by default host and port
 * @param pastBytesPerSecond of results that are read at the start, from the oldest on
 * @param external services that are not ours, by the variable that names them
 */
public record StatsSettings(
        HttpService.Listen listen,
        Optional<String> advertisedUrl,
        long pastBytesPerSecond,
        Map<String, Optional<URI>> external) {

    private static final long MIB = 1024 * 1024;

    public StatsSettings {
        external = Collections.unmodifiableMap(new LinkedHashMap<>(external));
    }

    public static StatsSettings read(Settings s) {
        var external = new LinkedHashMap<String, Optional<URI>>();
        external.put("API_GATEWAY_URL", s.url("api.gateway-url"));
        external.put("AUTH_SERVICE_URL", s.url("auth.service-url"));
        external.put("BLOG_SERVICE_URL", s.url("blog.service-url"));
        external.put("USER_SERVICE_URL", s.url("user.service-url"));
        return new StatsSettings(
                new HttpService.Listen(
                        s.text("stats.host", "127.0.0.1"),
                        s.port("stats.port", 7200),
                        "STATS_PORT",
                        AllowedHosts.read(s, "stats")),
                AdvertisedUrl.read(s, "stats"),
                s.number(
                        "stats.past-bytes-per-second",
                        32 * MIB,
                        64 * 1024,
                        16_384 * MIB,
                        "bytes of results, read once at the start"),
                external);
    }
}

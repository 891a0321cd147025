package dev.sluice.stats;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.settings.Settings;

/** The settings of the stats-aggregator. */
public record StatsSettings(HttpService.Listen listen) {

    public static StatsSettings read(Settings s) {
        return new StatsSettings(
                new HttpService.Listen(
                        s.text("stats.host", "127.0.0.1"),
                        s.port("stats.port", 7200),
                        "STATS_PORT"));
    }
}

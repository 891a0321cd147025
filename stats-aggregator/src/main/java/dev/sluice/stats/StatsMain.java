package dev.sluice.stats;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;
import java.util.Set;

/** The stats-aggregator as a process of its own. */
public final class StatsMain {

    private StatsMain() {}

    public static void main(String[] args) {
        ServiceMain.run(
                "stats-aggregator",
                settings -> {
                    var own = StatsSettings.read(settings);
                    var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
                    settings.check(Set.of("stats", "kafka", "sluice"));
                    return StatsService.start(own, kafka, NanoClock.SYSTEM, InstantSource.system());
                });
    }
}

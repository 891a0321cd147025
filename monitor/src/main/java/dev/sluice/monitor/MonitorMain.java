package dev.sluice.monitor;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;
import java.util.Set;

/** The monitor as a process of its own. */
public final class MonitorMain {

    private MonitorMain() {}

    public static void main(String[] args) {
        ServiceMain.run(
                "monitor",
                settings -> {
                    var own = MonitorSettings.read(settings);
                    var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
                    settings.check(Set.of("monitor", "kafka", "sluice"));
                    return MonitorService.start(
                            own, kafka, NanoClock.SYSTEM, InstantSource.system());
                });
    }
}

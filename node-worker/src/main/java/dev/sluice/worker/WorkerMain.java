package dev.sluice.worker;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;
import java.util.Set;

/** Runs the node-worker alone. */
public final class WorkerMain {

    private WorkerMain() {}

    public static void main(String[] args) {
        ServiceMain.run(
                "node-worker",
                settings -> {
                    var own = WorkerSettings.read(settings);
                    var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
                    settings.check(Set.of("worker", "credentials", "kafka", "sluice"));
                    return WorkerService.start(
                            own, kafka, NanoClock.SYSTEM, InstantSource.system());
                });
    }
}

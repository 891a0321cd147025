package dev.sluice.ingress;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.ServiceMain;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;
import java.util.Set;

/** Runs the ingress alone in its process. */
public final class IngressMain {

    private IngressMain() {}

    public static void main(String[] args) {
        ServiceMain.run(
                "ingress",
                settings -> {
                    var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
                    var own = IngressSettings.read(settings, kafka);
                    settings.check(Set.of("lb", "queue", "kafka", "sluice"));
                    return IngressService.start(
                            own, kafka, NanoClock.SYSTEM, InstantSource.system());
                });
    }
}

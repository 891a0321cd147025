package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.IngressService;
import dev.sluice.monitor.MonitorService;
import dev.sluice.stats.StatsService;
import dev.sluice.worker.WorkerService;
import java.time.InstantSource;

/**
 * The four services in this process, started at the same time, all or none.
 *
 * <p>Closed one after another: the ingress takes no more, then the workers finish what is in
 * flight, then nobody is left to read statistics and health.
 */
final class Services implements AutoCloseable {

    private final Together together;
    private final Urls urls;

    private Services(Together together, Urls urls) {
        this.together = together;
        this.urls = urls;
    }

    static Services start(Plan plan, NanoClock nanos, InstantSource wall) throws StartException {
        ServiceSettings own = plan.services();
        var kafka = plan.kafka();
        var together = new Together();
        var monitor = together.begin(() -> MonitorService.start(own.monitor(), kafka, nanos, wall));
        var stats = together.begin(() -> StatsService.start(own.stats(), kafka, nanos, wall));
        var worker = together.begin(() -> WorkerService.start(own.worker(), kafka, nanos, wall));
        var ingress =
                together.begin(
                        () -> {
                            // the nodes file is in the log then: who is told that all is ready may
                            // use its pools at once
                            Together.settled(monitor);
                            return IngressService.start(own.ingress(), kafka, nanos, wall);
                        });
        together.await();
        return new Services(
                together,
                new Urls(
                        ingress.resultNow().url(),
                        stats.resultNow().url(),
                        worker.resultNow().url(),
                        monitor.resultNow().url()));
    }

    Urls urls() {
        return urls;
    }

    @Override
    public void close() {
        together.close();
    }
}

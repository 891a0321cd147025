package dev.sluice.stats;

import dev.sluice.chassis.kafka.Announcer;
import dev.sluice.chassis.kafka.ServiceDirectory;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.ServiceInfo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Announces this service, and wipes away what services had announced that died long ago. */
final class ServiceCleaning implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    private final Announcer announcer;
    private final ServiceDirectory services;
    private final InstantSource wall;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    ServiceCleaning(Announcer announcer, ServiceDirectory services, InstantSource wall) {
        this.announcer = announcer;
        this.services = services;
        this.wall = wall;
        this.thread = Fatal.start("service-cleaning", this::run);
    }

    private void run() {
        try {
            do {
                for (ServiceInfo info : services.all()) {
                    if (info.stateAt(wall.instant()) == ServiceInfo.State.FORGOTTEN) {
                        announcer.wipe(info.id());
                    }
                }
            } while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        announcer.close();
    }
}

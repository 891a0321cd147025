package dev.sluice.monitor.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.ServiceDirectory;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.monitor.urls.Listener;
import dev.sluice.protocol.ServiceInfo;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of ours listens: the brokers and the monitor itself, by the settings, and the services that
 * have announced themselves. No start waits for the latter.
 */
public final class OwnServices implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(OwnServices.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long AGAIN_SECONDS = 10;

    private final KafkaClients clients;
    private final InstantSource wall;
    private final List<Listener> known;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile List<ServiceDirectory> directory = List.of(); // none until it is read
    private final Thread thread;

    /**
     * Starts to read the announcements.
     *
     * @param port where this monitor listens, whatever it is advertised as
     */
    public OwnServices(KafkaClients clients, int port, InstantSource wall) {
        this.clients = clients;
        this.wall = wall;
        String brokers = String.valueOf(clients.settings().client().get("bootstrap.servers"));
        var settings = new ArrayList<>(Listener.brokers(brokers));
        settings.add(new Listener("monitor", "127.0.0.1", port));
        this.known = List.copyOf(settings);
        this.thread = Fatal.start("own-services", this::read);
    }

    /** As far as it is known now. */
    public List<Listener> listeners() {
        var all = new ArrayList<>(known);
        for (ServiceDirectory read : directory) {
            for (ServiceInfo info : read.all()) {
                if (info.stateAt(wall.instant()) == ServiceInfo.State.UP) {
                    all.add(Listener.at(info.kind().text(), info.url()));
                }
            }
        }
        return all;
    }

    private void read() {
        try {
            while (directory.isEmpty() && closed.getCount() > 0) {
                try {
                    directory = List.of(ServiceDirectory.open(clients));
                } catch (StartException e) {
                    log.warn("which ports are our own is not known yet: {}", e.getMessage());
                    boolean _ = closed.await(AGAIN_SECONDS, TimeUnit.SECONDS);
                }
            }
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            directory.forEach(ServiceDirectory::close);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            if (!thread.join(CLOSE)) {
                log.warn("the announcements of services are still being read");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

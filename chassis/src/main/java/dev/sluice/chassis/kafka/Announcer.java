package dev.sluice.chassis.kafka;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.ServiceInfo;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.protocol.Topics;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the services topic that a service is here, again and again, and at its clean end that it
 * is not.
 */
public final class Announcer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Announcer.class);
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final ServiceInfo self;
    private final InstantSource wall;
    private final Producer<byte[], byte[]> producer;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;

    /** Begins to announce; the topic is there already. */
    public Announcer(KafkaClients clients, ServiceKind kind, URI url, InstantSource wall) {
        var now = wall.instant();
        String id = kind.text() + "-" + UUID.randomUUID().toString().substring(0, 8);
        this.self = new ServiceInfo(id, kind, url, now, now);
        this.wall = wall;
        // 5 s: a cold broker's first answer takes seconds on a busy machine, and what is not sent
        // then is said again only after ten
        this.producer = clients.producer(Map.of("linger.ms", 0, "max.block.ms", 5_000));
        this.thread = Fatal.start("announcer", this::run);
    }

    /** Under which this service is announced. */
    public String id() {
        return self.id();
    }

    /** Wipes away what a service had announced that has been silent for long. */
    public void wipe(String id) {
        send(id, null);
    }

    private void run() {
        try {
            do {
                send(self.id(), ProtocolJson.encode(self.at(wall.instant())).bytes());
            } while (!closed.await(ServiceInfo.ANNOUNCED_EVERY.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String id, byte @Nullable [] value) {
        byte[] key = id.getBytes(StandardCharsets.UTF_8);
        var _ =
                producer.send(
                        new ProducerRecord<>(Topics.SERVICES, key, value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                // said again in ten seconds
                                log.debug("{} was not announced: {}", id, failure.toString());
                            }
                        });
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(CLOSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        send(self.id(), null);
        producer.close(CLOSE);
    }
}

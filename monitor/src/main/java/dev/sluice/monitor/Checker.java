package dev.sluice.monitor;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.monitor.health.CheckRules;
import dev.sluice.monitor.health.Checks;
import dev.sluice.monitor.health.Finding;
import dev.sluice.monitor.http.HealthProbe;
import dev.sluice.monitor.kafka.Membership;
import dev.sluice.monitor.kafka.Publisher;
import dev.sluice.monitor.urls.NodeUrls;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop that checks our nodes: it asks {@link Checks} what to do, has it done on virtual threads
 * that only post back what they found, and publishes.
 */
final class Checker implements AutoCloseable {

    private record Done(Checks.Check check, Finding finding) {}

    private static final Logger log = LoggerFactory.getLogger(Checker.class);
    // a node or shard that was added or taken away is noticed within this time
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Map<String, RegisteredNode> nodes;
    private final Map<String, NodeHealth> health;
    private final Membership membership;
    private final Publisher publisher;
    private final HealthProbe probe;
    private final NodeUrls urls;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final Checks checks;
    // at most one entry for each check under way
    private final BlockingQueue<Done> done = new LinkedBlockingQueue<>();
    private final Set<String> forgotten = new HashSet<>();
    private final AtomicLong good = new AtomicLong();
    private final AtomicLong bad = new AtomicLong();
    private volatile List<String> checking = List.of();
    private volatile boolean closed;
    private final Thread thread;

    /**
     * Starts at once.
     *
     * @param nodes live view of the registry
     * @param health live view of what is published
     */
    Checker(
            Map<String, RegisteredNode> nodes,
            Map<String, NodeHealth> health,
            Membership membership,
            Publisher publisher,
            HealthProbe probe,
            NodeUrls urls,
            CheckRules rules,
            NanoClock nanos,
            InstantSource wall) {
        this.nodes = nodes;
        this.health = health;
        this.membership = membership;
        this.publisher = publisher;
        this.probe = probe;
        this.urls = urls;
        this.nanos = nanos;
        this.wall = wall;
        this.checks = new Checks(rules);
        this.thread = Fatal.start("checker", this::run);
    }

    /** The ids of the nodes that this monitor checks at the moment. */
    List<String> checking() {
        return checking;
    }

    /** Checks since the start with a good result. */
    long good() {
        return good.get();
    }

    /** Checks since the start with a bad result. */
    long bad() {
        return bad.get();
    }

    private void run() {
        try {
            while (!closed) {
                keepOurs();
                checks.due(nanos.nanoTime()).forEach(this::begin);
                long wait = checks.nanosUntilDue(nanos.nanoTime(), LOOK_EVERY_NANOS);
                Done first = done.poll(wait, TimeUnit.NANOSECONDS);
                for (Done next = first; next != null; next = done.poll()) {
                    finish(next);
                }
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        }
    }

    private void keepOurs() {
        var ours = new ArrayList<NodeSpec>();
        for (RegisteredNode node : nodes.values()) {
            if (membership.owns(node.spec().id())) {
                ours.add(node.spec());
            }
        }
        checks.keep(ours, health, nanos.nanoTime());
        checking = List.copyOf(checks.nodes());
        forgetRemoved();
    }

    /**
     * The owner of a node that is no more takes its health away, also what is left of old times.
     */
    private void forgetRemoved() {
        forgotten.retainAll(health.keySet());
        for (String node : health.keySet()) {
            if (!nodes.containsKey(node) && membership.owns(node) && forgotten.add(node)) {
                publisher.forgetHealth(node);
            }
        }
    }

    private void begin(Checks.Check check) {
        Thread.ofVirtual()
                .name("check-" + check.node())
                .uncaughtExceptionHandler(Fatal::stop)
                .start(
                        () -> {
                            try {
                                done.add(new Done(check, find(check.url())));
                            } catch (InterruptedException e) {
                                log.debug("check of {} given up", check.node());
                            }
                        });
    }

    /** A URL that may not be asked is looked at each time: what a name leads to may change. */
    private Finding find(URI url) throws InterruptedException {
        Optional<String> refusal = urls.refusal(url);
        return refusal.isPresent()
                ? new Finding(false, 0, "not asked: " + refusal.get())
                : probe.probe(url);
    }

    private void finish(Done result) {
        (result.finding().good() ? good : bad).incrementAndGet();
        checks.done(result.check(), result.finding(), wall.instant())
                .ifPresent(
                        now -> {
                            NodeHealth before = health.get(now.node());
                            if (before == null || before.state() != now.state()) {
                                log.info(
                                        "{} is {}: {}",
                                        now.node(),
                                        now.state().text(),
                                        now.reason());
                            }
                            publisher.health(now);
                        });
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

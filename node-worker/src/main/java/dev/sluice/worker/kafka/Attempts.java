package dev.sluice.worker.kafka;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.GrantCheck;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.Standstill;
import dev.sluice.worker.dispatch.Watchdog;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.metrics.LoopMetrics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts of a loop that are under way, and the two checks that are always on: each ends, by
 * the loop's own time if the HTTP client does not end it, and each grant that is out has one.
 *
 * <p>Belongs to the loop's thread.
 */
final class Attempts {

    private static final Logger log = LoggerFactory.getLogger(Attempts.class);

    // The client's own time-out comes first and says more. With the loop's sleep it is still below
    // the second after which another owner of the shard takes a request for over (OwnedShards).
    private static final Duration MARGIN = Duration.ofMillis(750);
    private static final long LOOK_NANOS = 1_000_000_000L;
    // more than twice the loop's sleep; after a stop of the process the client's timers are due in
    // the same moment as ours, and go first
    private static final long STOP_NANOS = 500_000_000L;
    private static final long GRACE_NANOS = 200_000_000L;
    // a client that hangs does so with all of them
    private static final int LINES = 3;

    /** The way to the nodes. */
    @FunctionalInterface
    interface Sender {
        NodeSender.UnderWay send(NodeSpec node, Pending request, NodeSender.Listener listener);
    }

    /** One of them. */
    private record One(Sending sending, NodeSender.UnderWay underWay) {}

    private final Sender sender;
    private final LoopMetrics metrics;
    private final Duration limit;
    private final Map<FleetLink.Out, One> all = new HashMap<>();
    private final Watchdog<FleetLink.Out> watchdog;
    private final Standstill standstill = new Standstill(STOP_NANOS, GRACE_NANOS);
    private final GrantCheck<FleetLink.Out> check = new GrantCheck<>();
    private OptionalLong lookedAtNanos = OptionalLong.empty();

    /**
     * None.
     *
     * @param requestTimeout from the grant to the last byte of the answer
     */
    Attempts(Sender sender, Duration requestTimeout, LoopMetrics metrics) {
        this.sender = sender;
        this.metrics = metrics;
        this.limit = requestTimeout.plus(MARGIN);
        this.watchdog = new Watchdog<>(limit.toNanos());
    }

    void begin(Pending request, Grant grant, Sending sending, long nowNanos) {
        FleetLink.Out out = out(grant);
        watchdog.begun(out, nowNanos);
        all.put(out, new One(sending, sender.send(grant.node(), request, sending)));
    }

    /** Its end was told. */
    void over(Grant grant) {
        watchdog.over(out(grant));
        all.remove(out(grant));
    }

    /**
     * Does what is due; to be called in each turn of the loop.
     *
     * @param out the grants that are out
     */
    void look(Supplier<Collection<FleetLink.Out>> out, long nowNanos) {
        if (!standstill.isJustOver(nowNanos)) {
            endOverdue(nowNanos);
        }
        if (lookedAtNanos.isPresent() && nowNanos - lookedAtNanos.getAsLong() < LOOK_NANOS) {
            return;
        }
        lookedAtNanos = OptionalLong.of(nowNanos);
        var underWay = new HashSet<FleetLink.Out>();
        all.forEach(
                (grant, one) -> {
                    if (one.underWay().isUnread(nowNanos)) {
                        // it copies and masks the answer, which a node may make as large as it
                        // likes
                        Thread.startVirtualThread(one.underWay()::settle);
                    }
                    if (!one.underWay().isOver()) {
                        underWay.add(grant);
                    }
                });
        check.look(out.get(), underWay).forEach(this::unaccounted);
    }

    private void endOverdue(long nowNanos) {
        int ended = 0;
        for (FleetLink.Out grant : watchdog.overdue(nowNanos)) {
            One one = all.get(grant);
            // without an outcome it was told in this moment
            Optional<AttemptOutcome> outcome =
                    one == null ? Optional.empty() : one.sending().overdue();
            if (one != null && outcome.isPresent()) {
                ended++;
                metrics.overdue();
                if (ended <= LINES) {
                    log.warn(
                            "{} had no end {} ms after its grant, past the client's own time-out:"
                                    + " ended as {}, and its connection closed",
                            one.sending(),
                            limit.toMillis(),
                            Sending.word(outcome.get()));
                }
                // whatever the client hangs in, the loop does not
                Thread.startVirtualThread(one.underWay()::cut);
            }
        }
        if (ended > LINES) {
            log.warn("{} more attempts had no end in time: ended in the same way", ended - LINES);
        }
    }

    private void unaccounted(FleetLink.Out grant) {
        metrics.unaccounted();
        One one = all.get(grant);
        log.error(
                "grant {} of pool {} for node {} is out, and no attempt is under way for it ({}):"
                        + " its slot stays taken. This is a bug in Sluice",
                grant.grant(),
                grant.pool(),
                grant.node(),
                one == null ? "none is known" : one.sending() + ", over and not told");
    }

    private static FleetLink.Out out(Grant grant) {
        return new FleetLink.Out(grant.node().pool(), grant.id(), grant.node().id());
    }
}

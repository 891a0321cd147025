package dev.sluice.worker.keeper;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gatehouse.Gatehouse;
import dev.sluice.worker.gatehouse.Next;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.LinkMessage;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * A pool's gatehouse for as long as this process keeps it without a break, and the workers that
 * wait there. Guarded by the keeper's lock.
 */
final class House {

    // What earlier keepers knew is waited for so long: without it the nodes are held back longer.
    private static final long HEAR_OUT_NANOS = 300_000_000L;
    // a lease that has run out is looked at again so soon
    private static final long LEASE_LOOK_NANOS = 20_000_000L;

    /** What an earlier keeper told, and in which epoch it kept the pool. */
    record Told(long epoch, PoolHistory history) {

        boolean isNewerThan(Told other) {
            if (epoch != other.epoch) {
                return epoch > other.epoch;
            }
            return history.asOfNanos() - other.history.asOfNanos() > 0;
        }
    }

    final PoolName pool;
    final long epoch;
    final Gatehouse gatehouse;
    private Lease lease;
    private final long beganNanos;
    private final Map<String, DeskClient> clients = new TreeMap<>();
    private Optional<Told> newest = Optional.empty();
    private boolean heardOut;
    private OptionalLong wakeNanos = OptionalLong.empty();

    House(
            PoolName pool,
            long epoch,
            Lease lease,
            GateSettings settings,
            long firstGrant,
            long beganNanos) {
        this.pool = pool;
        this.epoch = epoch;
        this.lease = lease;
        this.beganNanos = beganNanos;
        this.gatehouse = new Gatehouse(settings, firstGrant, beganNanos);
    }

    /** The lease without which nothing is granted, from now on: of whoever owns the shard here. */
    void standsOn(Lease other) {
        lease = other;
    }

    /** Takes in what this process knew itself when it last kept the pool, whatever the epoch. */
    void goesOnAfter(Told before) {
        newest = Optional.of(before);
    }

    /** When it wants to be served again, if time alone may change something. */
    OptionalLong wakeNanos() {
        return wakeNanos;
    }

    void hello(String worker, DeskClient client, LinkMessage.Hello hello, long nowNanos) {
        clients.put(worker, client);
        if (hello.history().isPresent()) {
            heard(new Told(hello.historyEpoch(), hello.history().get()), nowNanos);
        }
        gatehouse.hello(worker, hello.tickets(), hello.flights(), nowNanos);
        hello.closedForNanos()
                .forEach((node, nanos) -> gatehouse.closeUntil(node, nowNanos + nanos));
        client.told(pool, epoch, history(nowNanos));
    }

    /** Takes in what an earlier keeper told, if it is of use. */
    void heard(Told told, long nowNanos) {
        if (told.epoch < epoch && (newest.isEmpty() || told.isNewerThan(newest.get()))) {
            newest = Optional.of(told);
            if (heardOut) {
                goOn(nowNanos);
            }
        }
    }

    /** The pool never had a request. */
    void isNew() {
        heardOut = true;
        gatehouse.allKnown();
    }

    /** The worker's desk is closed; unless it has come back at another one meanwhile. */
    void leave(String worker, DeskClient client) {
        if (clients.remove(worker, client)) {
            gatehouse.gone(worker);
        }
    }

    boolean serves(String worker, DeskClient client) {
        return client.equals(clients.get(worker));
    }

    /** Tells what is new since the last time, for the next keeper. */
    void tellNews(long nowNanos) {
        // also if nobody is to hear it: what is new is what came since it was asked for
        PoolHistory news = gatehouse.newHistory(nowNanos).completeUntil(knowsUntil(nowNanos));
        clients.values().stream()
                .filter(DeskClient::isFar)
                .forEach(client -> client.told(pool, epoch, news));
    }

    /** Tells all that is known: nothing more will be granted here. */
    Told tellAll(long nowNanos) {
        PoolHistory all = history(nowNanos);
        clients.values()
                .forEach(
                        client -> {
                            client.told(pool, epoch, all);
                            client.turnedAway(pool, epoch);
                        });
        return new Told(epoch, all);
    }

    /** Hands out all grants that can be handed out now. */
    void serve(NanoClock clock) {
        if (!heardOut) {
            long nowNanos = clock.nanoTime();
            long until = beganNanos + HEAR_OUT_NANOS;
            if (until - nowNanos > 0) {
                wakeNanos = OptionalLong.of(until);
                return;
            }
            heardOut = true;
            goOn(nowNanos);
        }
        while (true) {
            long nowNanos = clock.nanoTime(); // each time: the process may have stood still
            if (!lease.isHeld(nowNanos)) {
                wakeNanos = OptionalLong.of(nowNanos + LEASE_LOOK_NANOS);
                return;
            }
            switch (gatehouse.next(nowNanos)) {
                case Next.Granted(var grant) -> {
                    DeskClient client = clients.get(grant.ticket().worker());
                    if (client == null) {
                        gatehouse.ended(grant.id(), Gate.Ending.UNSENT, nowNanos);
                    } else {
                        client.granted(pool, epoch, grant, nowNanos);
                    }
                }
                case Next.Refused(TicketId ticket) -> {
                    DeskClient client = clients.get(ticket.worker());
                    if (client != null) {
                        client.refused(pool, epoch, ticket);
                    }
                }
                case Next.WaitUntil(long nanos) -> {
                    wakeNanos = OptionalLong.of(nanos);
                    return;
                }
                case Next.WaitForChange() -> {
                    wakeNanos = OptionalLong.empty();
                    return;
                }
            }
        }
    }

    private void goOn(long nowNanos) {
        if (newest.isPresent() && gatehouse.goOn(newest.get().history, nowNanos)) {
            // what was told before was reckoned with less knowledge
            PoolHistory all = history(nowNanos);
            clients.values().stream()
                    .filter(DeskClient::isFar)
                    .forEach(client -> client.told(pool, epoch, all));
        }
    }

    private PoolHistory history(long nowNanos) {
        return gatehouse.history(nowNanos).completeUntil(knowsUntil(nowNanos));
    }

    /** Without the lease, another may have kept the pool since. */
    private long knowsUntil(long nowNanos) {
        return lease.heldUntil(nowNanos).orElse(beganNanos);
    }
}

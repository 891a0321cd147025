package dev.sluice.worker.keeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.LaneWeights;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.LinkMessage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HousesTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long EPOCH = 3;
    private static final PoolName POOL = PoolName.DEFAULT;
    private static final GateSettings SETTINGS =
            new GateSettings(
                    Duration.ofMillis(200),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    1000,
                    Duration.ofSeconds(2),
                    LaneWeights.DEFAULT);

    private long now = Long.MAX_VALUE - 20 * SECOND; // soon wraps around
    private long lastTicket;
    private final Lease lease = new Lease(10_000 * SECOND);
    private final Houses houses =
            new Houses(
                    SETTINGS,
                    1,
                    new Keeper.Parts(() -> now, () -> Instant.EPOCH, () -> 100, pool -> {}),
                    () -> {});

    /** A worker that hands in tickets and hears of its grants. */
    private final class Client implements DeskClient {
        final String worker;
        final boolean far;
        final Desk desk;
        final List<Grant> granted = new ArrayList<>();
        Optional<PoolHistory> known = Optional.empty();

        Client(String worker, boolean far) {
            this(worker, far, EPOCH);
        }

        Client(String worker, boolean far, long epoch) {
            this.worker = worker;
            this.far = far;
            this.desk = houses.open(worker, this);
            hello(epoch);
        }

        void hello(long epoch) {
            desk.hello(
                    new LinkMessage.Hello(
                            POOL, epoch, List.of(), List.of(), Optional.empty(), 0, Map.of()));
        }

        void handIn() {
            var id = new TicketId(worker, ++lastTicket);
            desk.handIn(POOL, EPOCH, new Ticket(id, Lane.NORMAL, 0, 10, Set.of()));
        }

        @Override
        public boolean isFar() {
            return far;
        }

        @Override
        public void granted(PoolName pool, long epoch, Grant grant, long atNanos) {
            granted.add(grant);
            desk.written(pool, grant.id(), atNanos);
            desk.ended(pool, grant.id(), Gate.Ending.ANSWERED);
        }

        @Override
        public void refused(PoolName pool, long epoch, TicketId ticket) {}

        @Override
        public void told(PoolName pool, long epoch, PoolHistory history) {
            known =
                    history.full()
                            ? Optional.of(history)
                            : known.map(before -> before.followedBy(history));
        }

        @Override
        public void turnedAway(PoolName pool, long epoch) {}
    }

    private void begin(int rpm) {
        URI url = URI.create("http://127.0.0.1:1");
        var node = new NodeSpec("n", POOL, url, rpm, 1_000_000, 8, Optional.empty());
        lease.renew(now);
        houses.nodes(List.of(node), Map.of());
        houses.gained("w", List.of(new OwnedShard(0, EPOCH)), lease);
    }

    private void pass(long seconds) {
        long until = now + seconds * SECOND;
        while (until - now > 0) {
            now += Math.clamp(houses.work(), 1_000_000, SECOND / 10);
        }
    }

    @Test
    void whatWasNewWhileNobodyElseWasThereIsNotNewToWhoComesLater() {
        begin(60);
        var near = new Client("w", false);
        for (int i = 0; i < 300; i++) {
            near.handIn();
        }
        pass(240); // of the minutes before the last one nothing counts any more
        var far = new Client("x", true);
        pass(1);
        long told =
                far.known.orElseThrow().nodes().getFirst().sent().stream()
                        .mapToLong(sent -> sent.requests())
                        .sum();
        assertThat(near.granted.size()).isGreaterThan(200);
        assertThat(told).isBetween(55L, 62L);
    }

    @Test
    void withoutALeaseNothingIsGranted() {
        begin(600);
        var near = new Client("w", false);
        pass(61);
        near.handIn();
        pass(1);
        assertThat(near.granted).hasSize(1);
        lease.end();
        near.handIn();
        pass(5);
        assertThat(near.granted).hasSize(1);
        lease.renew(now);
        pass(1);
        assertThat(near.granted).hasSize(2);
    }

    @Test
    void aLateCallbackOfAnotherWorkerOfTheProcessDoesNotTakeTheShardAway() {
        begin(600);
        var near = new Client("w", false);
        pass(61);
        var others = new Lease(10_000 * SECOND);
        others.renew(now);
        houses.gained("v", List.of(new OwnedShard(0, EPOCH)), others); // over already, or soon
        houses.gone("v", List.of(0));
        others.end();
        near.handIn();
        pass(1);
        assertThat(near.granted).hasSize(1);
        assertThat(houses.epochOf(POOL)).hasValue(EPOCH);
    }

    @Test
    void aShardThatGoesToAnotherWorkerOfTheProcessIsKeptOnUnderTheOthersLease() {
        begin(600);
        var near = new Client("w", false);
        pass(61);
        var others = new Lease(10_000 * SECOND);
        others.renew(now);
        houses.gained("v", List.of(new OwnedShard(0, EPOCH)), others);
        houses.gone("w", List.of(0)); // comes after the other's
        lease.end();
        near.handIn();
        pass(1);
        assertThat(near.granted).hasSize(1);
        others.end();
        near.handIn();
        pass(5);
        assertThat(near.granted).hasSize(1);
    }

    @Test
    void whenALaterEpochIsTakenBackTheEarlierClaimKeepsThePoolWithAllThatIsKnown() {
        begin(60);
        var near = new Client("w", false);
        for (int i = 0; i < 100; i++) {
            near.handIn();
        }
        pass(70);
        int before = near.granted.size();
        var others = new Lease(10_000 * SECOND);
        others.renew(now);
        houses.gained("v", List.of(new OwnedShard(0, EPOCH + 1)), others);
        assertThat(houses.epochOf(POOL)).hasValue(EPOCH + 1);
        houses.gone("v", List.of(0));
        assertThat(houses.epochOf(POOL)).hasValue(EPOCH);
        near.hello(EPOCH);
        for (int i = 0; i < 100; i++) {
            near.handIn();
        }
        pass(30);
        // half a minute's worth: neither what was sent is forgotten nor is it reckoned twice
        assertThat(near.granted.size() - before).isBetween(27, 31);
    }

    @Test
    void whatAKeeperTellsIsCompleteNoLongerThanItsLease() {
        begin(600);
        lease.end();
        long until = now + 3 * SECOND;
        var short3 = new Lease(3 * SECOND);
        short3.renew(now);
        houses.gained("v", List.of(new OwnedShard(0, EPOCH + 1)), short3);
        var far = new Client("x", true, EPOCH + 1);
        pass(2);
        assertThat(far.known.orElseThrow().asOfNanos()).isBetween(now - SECOND / 2, now);
        pass(20); // another may keep the pool by now, for all that it knows
        assertThat(far.known.orElseThrow().asOfNanos()).isEqualTo(until);
        houses.gone("v", List.of(0));
        assertThat(far.known.orElseThrow().asOfNanos()).isEqualTo(until);
    }
}

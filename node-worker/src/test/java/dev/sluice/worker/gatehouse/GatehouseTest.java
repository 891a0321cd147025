package dev.sluice.worker.gatehouse;

import static dev.sluice.protocol.NodeHealth.State.HEALTHY;
import static dev.sluice.protocol.NodeHealth.State.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.LaneWeights;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.BeforeTry;
import org.junit.jupiter.api.Test;

class GatehouseTest {

    private static final List<Lane> LANES = List.of(Lane.values());
    private static final long SECOND = 1_000_000_000L;
    private static final Duration MARGIN = Duration.ofMillis(100);
    private static final int FAST = 6_000_000;

    private static final GateSettings SETTINGS =
            new GateSettings(
                    MARGIN,
                    Duration.ofMillis(200),
                    Duration.ofSeconds(30),
                    1000,
                    Duration.ofSeconds(5),
                    LaneWeights.DEFAULT);

    // what another keeper may have granted does not count any more
    private long now = Long.MAX_VALUE - SECOND;
    private long lastNumber;
    private Gatehouse gatehouse = gatehouse();

    @BeforeTry
    void anotherGatehouse() {
        gatehouse = gatehouse();
    }

    @Test
    void theOldestGoesFirstWhicheverWorkerItWaitsAt() {
        nodes(node("a", FAST, 1_000_000, 10));
        handIn("w1", Lane.NORMAL, 30, 0);
        handIn("w2", Lane.NORMAL, 10, 0);
        handIn("w3", Lane.NORMAL, 20, 0);

        assertThat(grants(3))
                .extracting(g -> g.ticket().worker())
                .containsExactly("w2", "w3", "w1");
        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitForChange.class);
    }

    @Test
    void lanesGetTheirWeightsUnderLastingOverload() {
        nodes(node("a", FAST, 1_000_000, 10));
        var counts = new EnumMap<Lane, Integer>(Lane.class);
        for (int i = 0; i < 200; i++) {
            for (Lane lane : Lane.values()) {
                handIn("w", lane, i, 0);
            }
        }
        for (int i = 0; i < 210; i++) {
            Grant grant = grant();
            Lane lane = LANES.get((int) (grant.ticket().number() % 3));
            counts.merge(lane, 1, Integer::sum);
            gatehouse.ended(grant.id(), Gate.Ending.ANSWERED, now);
        }
        // numbers begin with 1 for HIGH
        assertThat(counts.get(LANES.get(1))).isBetween(158, 162);
        assertThat(counts.get(LANES.get(2))).isBetween(38, 42);
        assertThat(counts.get(LANES.get(0))).isBetween(8, 12);
    }

    @Property(tries = 100)
    void aHighRequestBehindAnyBacklogGoesNext(
            @ForAll @LongRange(min = 0, max = 1 << 20) long seed) {
        var random = new Random(seed);
        nodes(node("a", FAST, 1_000_000, 1000));
        for (int i = 0; i < 100; i++) {
            handIn("w", random.nextInt(3) == 0 ? Lane.LOW : Lane.NORMAL, i, 0);
        }
        grants(random.nextInt(100));
        TicketId high = handIn("w", Lane.HIGH, 1_000_000, 0);

        assertThat(grant().ticket()).isEqualTo(high);
    }

    @Test
    void theLeastLoadedForItsSizeIsChosen() {
        nodes(node("large", FAST, 1_000_000, 30), node("small", FAST, 1_000_000, 10));
        var counts = new HashMap<String, Integer>();
        for (int i = 0; i < 20; i++) {
            handIn("w", Lane.NORMAL, i, 0);
            counts.merge(grant().node().id(), 1, Integer::sum);
        }
        assertThat(counts).containsEntry("large", 15).containsEntry("small", 5);
    }

    @Test
    void anUnhealthyNodeGetsNothingUntilItIsHealthyAgain() {
        nodes(node("a", FAST, 1_000_000, 10));
        gatehouse.health("a", UNHEALTHY, now);
        handIn("w", Lane.NORMAL, 1, 0);
        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitForChange.class);

        gatehouse.health("a", HEALTHY, now);

        assertThat(gatehouse.next(now)).isInstanceOf(Next.Granted.class);
    }

    @Test
    void healthThatChangesWhileANodeIsGoneIsKnownWhenItIsBack() {
        NodeSpec a = node("a", FAST, 1_000_000, 10);
        nodes(a);
        handIn("w", Lane.NORMAL, 1, 0);
        grant(); // so that the gate is kept
        gatehouse.health("a", UNHEALTHY, now);
        gatehouse.nodes(List.of(), now);
        gatehouse.health("a", HEALTHY, now);
        gatehouse.nodes(List.of(a), now);
        handIn("w", Lane.NORMAL, 2, 0);

        assertThat(gatehouse.next(now)).isInstanceOf(Next.Granted.class);
    }

    @Test
    void aNodeThatWasRemovedAndIsBackRemembersWhatItWasSent() {
        NodeSpec a = node("a", 1, 1_000_000, 10);
        nodes(a);
        handIn("w", Lane.NORMAL, 1, 0);
        gatehouse.ended(grant().id(), Gate.Ending.ANSWERED, now);
        gatehouse.nodes(List.of(), now);
        now += 30 * SECOND;
        gatehouse.nodes(List.of(a), now);
        handIn("w", Lane.NORMAL, 2, 0);

        assertThat(waitUntil() - now).isGreaterThanOrEqualTo(30 * SECOND);
    }

    @Test
    void aNewKeeperThatKnowsNothingHoldsBack() {
        now += 600 * SECOND;
        gatehouse = gatehouse(now);
        gatehouse.nodes(List.of(node("a", 60, 1_000_000, 10)), now);
        handIn("w", Lane.NORMAL, 1, 0);

        assertThat(waitUntil() - now).isPositive();
    }

    @Test
    void whereAllIsKnownANodeThatComesLaterStartsAtOnceToo() {
        NodeSpec a = node("a", FAST, 500, 10);
        NodeSpec b = node("b", FAST, 500, 10);
        gatehouse.nodes(List.of(a), now);
        gatehouse.health("a", UNHEALTHY, now);
        gatehouse.allKnown();
        gatehouse.nodes(List.of(a, b), now);
        handIn("w", Lane.NORMAL, 1, 10);
        long begun = now;
        assertThat(grantSoon().node().id()).isEqualTo("b");
        assertThat(now - begun).isLessThan(SECOND);

        gatehouse = gatehouse(now);
        gatehouse.nodes(List.of(b), now);
        handIn("w", Lane.NORMAL, 2, 10);
        assertThat(waitUntil() - now).isPositive();
        now += 30 * SECOND; // the largest body takes longer than a minute at this node
        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitUntil.class);
    }

    @Test
    void aNodeThatWasAnotherPoolsIsNotTrustedToHaveBeenSentNothing() {
        NodeSpec a = node("a", FAST, 500, 10);
        nodes(a);
        gatehouse.allKnown();
        gatehouse.cameFromElsewhere("a", now);
        handIn("w", Lane.NORMAL, 1, 10);
        now += 30 * SECOND;
        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitUntil.class);

        now += 32 * SECOND;
        assertThat(grant().node().id()).isEqualTo("a");
    }

    @Test
    void aBodyLargerThanEveryNodesBytesIsRefused() {
        nodes(node("a", FAST, 1000, 10), node("b", FAST, 2000, 10));
        gatehouse.health("b", UNHEALTHY, now);
        TicketId never = handIn("w", Lane.NORMAL, 1, 2001);
        TicketId later = handIn("w", Lane.NORMAL, 2, 2000);

        assertThat(gatehouse.next(now)).isEqualTo(new Next.Refused(never));
        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitForChange.class);

        gatehouse.health("b", HEALTHY, now);
        assertThat(grant().ticket()).isEqualTo(later);
    }

    @Test
    void withoutNodesNothingIsRefused() {
        gatehouse.nodes(List.of(), now);
        handIn("w", Lane.NORMAL, 1, 2001);

        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitForChange.class);
    }

    @Test
    void aNodeToAvoidIsTakenOnlyIfThereIsNoOther() {
        nodes(node("a", FAST, 1_000_000, 10), node("b", FAST, 1_000_000, 1));
        handIn("w", Lane.NORMAL, 1, 0, "a");
        Grant first = grant();
        assertThat(first.node().id()).isEqualTo("b");
        handIn("w", Lane.NORMAL, 2, 0, "a");
        assertThat(gatehouse.next(now)).isInstanceOf(Next.WaitForChange.class);

        // others go elsewhere meanwhile
        TicketId other = handIn("w", Lane.NORMAL, 3, 0);
        Grant passing = grant();
        assertThat(passing.ticket()).isEqualTo(other);
        assertThat(passing.node().id()).isEqualTo("a");

        gatehouse.health("b", UNHEALTHY, now);
        assertThat(grant().node().id()).isEqualTo("a");
    }

    @Test
    void aTicketThatAvoidsANodeIsAskedAgainWhenTimeOpensTheOther() {
        nodes(node("a", FAST, 1_000_000, 10), node("b", 60, 1_000_000, 10));
        gatehouse.closeUntil("b", now + 3 * SECOND);
        handIn("w", Lane.NORMAL, 1, 0, "a");

        assertThat(waitUntil()).isEqualTo(now + 3 * SECOND);
        now += 3 * SECOND;
        assertThat(grant().node().id()).isEqualTo("b");
    }

    @Test
    void aTicketDoesNotWaitForAnHourRatherThanTakeTheNodeItAvoids() {
        nodes(node("a", FAST, 1_000_000, 10), node("b", 60, 1_000_000, 10));
        gatehouse.closeUntil("b", now + 3600 * SECOND);
        handIn("w", Lane.NORMAL, 1, 0, "a");

        assertThat(grant().node().id()).isEqualTo("a");
    }

    @Test
    void aLargeOneThatOnlyASlowNodeTakesDoesNotHoldUpTheOthers() {
        nodes(node("small", FAST, 1000, 10), node("large", FAST, 1_000_000, 1));
        handIn("w", Lane.NORMAL, 1, 5000);
        Grant slow = grant();
        TicketId large = handIn("w", Lane.NORMAL, 2, 5000);
        TicketId high = handIn("w", Lane.HIGH, 3, 5000);
        TicketId little = handIn("w", Lane.NORMAL, 4, 10);
        assertThat(grant().ticket()).isEqualTo(little);

        // nor does a little one overtake them where they wait
        handIn("w", Lane.NORMAL, 5, 10);
        gatehouse.health("small", UNHEALTHY, now);
        gatehouse.ended(slow.id(), Gate.Ending.ANSWERED, now);
        Grant next = grantSoon();
        assertThat(next.ticket()).isEqualTo(high);
        gatehouse.ended(next.id(), Gate.Ending.ANSWERED, now);
        assertThat(grantSoon().ticket()).isEqualTo(large);
    }

    @Test
    void aSlowNodeDoesNotBlockThePool() {
        nodes(node("fast", FAST, 1_000_000, 2), node("slow", FAST, 1_000_000, 2));
        int fromFast = 0;
        for (int i = 0; i < 100; i++) {
            handIn("w", Lane.NORMAL, i, 0);
            Grant grant = grant();
            if (grant.node().id().equals("fast")) {
                fromFast++;
                gatehouse.ended(grant.id(), Gate.Ending.ANSWERED, now);
            }
            now += SECOND / 1000;
        }
        assertThat(fromFast).isGreaterThanOrEqualTo(98);
    }

    /** Everything in random order, beside a model that only counts. */
    @Property(tries = 100)
    void theAccountsAreRightWhateverHappens(@ForAll @LongRange(min = 0, max = 1 << 30) long seed) {
        var random = new Random(seed);
        NodeSpec a = node("a", 600, 100_000, 3);
        NodeSpec b = node("b", 6000, 10_000, 5);
        nodes(a, b);
        var waiting = new HashMap<TicketId, Lane>();
        var inFlight = new HashMap<Long, String>();
        var grantedTo = new HashMap<Long, String>();
        boolean healthy = true;
        for (int step = 0; step < 400; step++) {
            now += random.nextLong(SECOND / 20);
            switch (random.nextInt(8)) {
                case 0, 1 -> {
                    Lane lane = LANES.get(random.nextInt(3));
                    int size = random.nextInt(10) == 0 ? 20_000 : random.nextInt(1000);
                    Set<String> avoid = random.nextBoolean() ? Set.of() : Set.of("a");
                    long number = ++lastNumber;
                    var id = new TicketId("w" + number % 3, number);
                    gatehouse.handIn(new Ticket(id, lane, random.nextInt(100), size, avoid));
                    waiting.put(id, lane);
                }
                case 2 -> {
                    if (!waiting.isEmpty()) {
                        TicketId id = pick(waiting.keySet(), random);
                        gatehouse.withdraw(id);
                        waiting.remove(id);
                    }
                }
                case 3 -> {
                    healthy = random.nextBoolean();
                    gatehouse.health("a", healthy ? HEALTHY : UNHEALTHY, now);
                }
                case 4 -> {
                    if (random.nextInt(20) == 0) {
                        gatehouse.hello("w1", List.of(), flights(inFlight, grantedTo), now);
                        waiting.keySet().removeIf(id -> id.worker().equals("w1"));
                    }
                    gatehouse.nodes(random.nextInt(10) == 0 ? List.of(b) : List.of(a, b), now);
                    gatehouse.health("a", healthy ? HEALTHY : UNHEALTHY, now);
                }
                case 5, 6 -> {
                    if (!inFlight.isEmpty()) {
                        Long grant = pick(inFlight.keySet(), random);
                        inFlight.remove(grant);
                        Gate.Ending[] endings = Gate.Ending.values();
                        gatehouse.ended(grant, endings[random.nextInt(endings.length)], now);
                    }
                }
                default -> {
                    boolean more = true;
                    while (more) {
                        switch (gatehouse.next(now)) {
                            case Next.Granted(Grant grant) -> {
                                assertThat(waiting.remove(grant.ticket())).isNotNull();
                                assertThat(healthy || grant.node().equals(b)).isTrue();
                                inFlight.put(grant.id(), grant.node().id());
                                grantedTo.put(grant.id(), grant.ticket().worker());
                                gatehouse.written(grant.id(), now);
                            }
                            case Next.Refused(TicketId id) ->
                                    assertThat(waiting.remove(id)).isNotNull();
                            case Next.WaitUntil(long at) -> {
                                assertThat(at - now).isPositive();
                                more = false;
                            }
                            case Next.WaitForChange w -> more = false;
                        }
                    }
                }
            }
            for (Lane lane : Lane.values()) {
                assertThat(gatehouse.waiting(lane))
                        .isEqualTo(waiting.values().stream().filter(lane::equals).count());
            }
            for (Gate.Figures figures : gatehouse.figures(now)) {
                String node = figures.spec().id();
                assertThat(figures.inFlight())
                        .isEqualTo(inFlight.values().stream().filter(node::equals).count())
                        .isLessThanOrEqualTo(figures.spec().maxInFlight());
            }
        }
    }

    /** What w1 has in flight. */
    private static List<Flight> flights(Map<Long, String> inFlight, Map<Long, String> grantedTo) {
        return inFlight.entrySet().stream()
                .filter(e -> "w1".equals(grantedTo.get(e.getKey())))
                .map(e -> new Flight(e.getKey(), e.getValue()))
                .toList();
    }

    private static <T> T pick(Set<T> from, Random random) {
        return new ArrayList<>(from).get(random.nextInt(from.size()));
    }

    private static Gatehouse gatehouse() {
        return gatehouse(Long.MAX_VALUE - SECOND);
    }

    private static Gatehouse gatehouse(long nowNanos) {
        return new Gatehouse(SETTINGS, 0, nowNanos);
    }

    private static NodeSpec node(String id, int rpm, long bpm, int maxInFlight) {
        URI url = URI.create("http://127.0.0.1:1");
        return new NodeSpec(id, PoolName.DEFAULT, url, rpm, bpm, maxInFlight, Optional.empty());
    }

    private void nodes(NodeSpec... specs) {
        gatehouse.nodes(List.of(specs), now);
        now += 62 * SECOND;
    }

    private TicketId handIn(
            String worker, Lane lane, long acceptedAtMs, int size, String... avoid) {
        var id = new TicketId(worker, ++lastNumber);
        gatehouse.handIn(new Ticket(id, lane, acceptedAtMs, size, Set.of(avoid)));
        return id;
    }

    private Grant grant() {
        Next next = gatehouse.next(now);
        assertThat(next).isInstanceOf(Next.Granted.class);
        return ((Next.Granted) next).grant();
    }

    private Grant grantSoon() {
        Next next = gatehouse.next(now);
        while (next instanceof Next.WaitUntil(long at)) {
            assertThat(at - now).isPositive();
            now = at;
            next = gatehouse.next(now);
        }
        return ((Next.Granted) next).grant();
    }

    private List<Grant> grants(int count) {
        var grants = new ArrayList<Grant>();
        for (int i = 0; i < count; i++) {
            grants.add(grant());
        }
        return grants;
    }

    private long waitUntil() {
        Next next = gatehouse.next(now);
        assertThat(next).isInstanceOf(Next.WaitUntil.class);
        return ((Next.WaitUntil) next).nanos();
    }
}

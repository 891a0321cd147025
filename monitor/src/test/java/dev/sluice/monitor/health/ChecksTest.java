package dev.sluice.monitor.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.monitor.health.Checks.Check;
import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeHealth.State;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ChecksTest {

    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final Finding GOOD = new Finding(true, 3, "status 200");
    private static final Finding BAD = new Finding(false, 4, "status 503");
    // soon wraps around, as any nano time may
    private static final long ZERO = Long.MAX_VALUE - 2_000_000_000L;

    private final Checks checks = new Checks(new CheckRules(2_000, 2, 3));

    @Test
    void aNodeIsCheckedAtAFixedIntervalFromItsOwnStart() {
        checks.keep(List.of(spec("a", 1)), Map.of(), at(0));
        long first = untilDue(0);
        assertThat(first).isBetween(0L, 999L);

        var times = new ArrayList<Long>();
        for (long ms = 0; ms < 10_000; ms++) {
            for (Check check : checks.due(at(ms))) {
                times.add(ms);
                checks.done(check, GOOD, START.plusMillis(ms));
            }
        }

        assertThat(times).hasSize(5);
        assertThat(times.getFirst()).isBetween(first, first + 1);
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.get(i) - times.get(i - 1)).isEqualTo(2_000);
        }
    }

    @Test
    void manyNodesAreNotCheckedAllAtOnce() {
        var specs = new ArrayList<NodeSpec>();
        for (int i = 0; i < 100; i++) {
            specs.add(spec("gpu-" + i, 1));
        }
        checks.keep(specs, Map.of(), at(0));

        int most = 0;
        int all = 0;
        for (long ms = 0; ms <= 1_000; ms += 50) {
            int due = checks.due(at(ms)).size();
            most = Math.max(most, due);
            all += due;
        }

        assertThat(all).isEqualTo(100);
        assertThat(most).isLessThan(20);
    }

    @Test
    void aNodeHasOneCheckUnderWayAtMost() {
        checks.keep(List.of(spec("a", 1)), Map.of(), at(0));
        Check slow = checks.due(at(1_000)).getFirst();

        assertThat(checks.due(at(3_000))).isEmpty();
        assertThat(checks.due(at(9_000))).isEmpty();
        assertThat(checks.nanosUntilDue(at(9_000), 77)).isEqualTo(77);

        checks.done(slow, BAD, START);
        assertThat(checks.due(at(9_001))).hasSize(1);
        assertThat(checks.due(at(9_002))).isEmpty();
    }

    @Test
    void theFirstCheckDecidesAtOnce() {
        assertThat(check("a", BAD, 0))
                .isEqualTo(
                        new NodeHealth("a", State.UNHEALTHY, START, START, 4, "status 503", 2_000));
    }

    @Test
    void severalBadChecksInARowMakeANodeUnhealthyAndSeveralGoodOnesHealthyAgain() {
        assertThat(check("a", GOOD, 0).state()).isEqualTo(State.HEALTHY);
        NodeHealth one = check("a", BAD, 2);
        assertThat(one.state()).isEqualTo(State.HEALTHY);
        assertThat(one.reason()).isEqualTo("status 503 (1 of 3)");
        assertThat(check("a", BAD, 4).reason()).isEqualTo("status 503 (2 of 3)");

        // one good check in between, and the row begins anew
        assertThat(check("a", GOOD, 6).reason()).isEqualTo("status 200");
        check("a", BAD, 8);
        check("a", BAD, 10);
        NodeHealth down = check("a", BAD, 12);
        assertThat(down.state()).isEqualTo(State.UNHEALTHY);
        assertThat(down.since()).isEqualTo(START.plusSeconds(12));

        assertThat(check("a", GOOD, 14).state()).isEqualTo(State.UNHEALTHY);
        NodeHealth up = check("a", GOOD, 16);
        assertThat(up.state()).isEqualTo(State.HEALTHY);
        assertThat(up.since()).isEqualTo(START.plusSeconds(16));
        assertThat(check("a", GOOD, 18).since()).isEqualTo(START.plusSeconds(16));
    }

    @Test
    void anotherMonitorsFindingsAreTakenUp() {
        Instant longAgo = START.minusSeconds(3_600);
        var known =
                new NodeHealth(
                        "a", State.HEALTHY, START.minusSeconds(1), longAgo, 1, "status 200", 2_000);
        checks.keep(List.of(spec("a", 1)), Map.of("a", known), at(0));

        NodeHealth bad = check("a", BAD, 1);
        assertThat(bad.state()).isEqualTo(State.HEALTHY);
        assertThat(bad.since()).isEqualTo(longAgo);
    }

    @Test
    void findingsTooOldGiveWayToTheFirstResultButKeepTheirTimeWhereItAgrees() {
        Instant longAgo = START.minusSeconds(3_600);
        for (String id : List.of("a", "b")) {
            var known = new NodeHealth(id, State.HEALTHY, longAgo, longAgo, 1, "status 200", 2_000);
            checks.keep(List.of(spec(id, 1)), Map.of(id, known), at(0));
            NodeHealth now = check(id, id.equals("a") ? BAD : GOOD, 1);

            assertThat(now.state()).isEqualTo(id.equals("a") ? State.UNHEALTHY : State.HEALTHY);
            assertThat(now.since()).isEqualTo(id.equals("a") ? START.plusSeconds(1) : longAgo);
        }
    }

    @Test
    void resultsForNodesThatAreNoLongerOursAreDropped() {
        checks.keep(List.of(spec("a", 1)), Map.of(), at(0));
        Check check = checks.due(at(1_000)).getFirst();
        checks.keep(List.of(), Map.of(), at(1_001));

        assertThat(checks.done(check, GOOD, START)).isEmpty();
        assertThat(checks.nodes()).isEmpty();

        // ours again: the old check is still not waited for
        checks.keep(List.of(spec("a", 1)), Map.of(), at(1_002));
        assertThat(checks.done(check, GOOD, START)).isEmpty();
        assertThat(checks.due(at(3_000))).hasSize(1);
    }

    @Test
    void aNodeThatMovedIsJudgedAnew() {
        check("a", GOOD, 0);
        checks.keep(List.of(spec("a", 2)), Map.of(), at(1));

        Check check = checks.due(at(1)).getFirst();
        assertThat(check.url()).isEqualTo(spec("a", 2).url());
        assertThat(checks.done(check, BAD, START).map(NodeHealth::state)).contains(State.UNHEALTHY);
    }

    /** Makes the check of a node that is due by this second. */
    private NodeHealth check(String id, Finding finding, int second) {
        if (!checks.nodes().contains(id)) {
            checks.keep(List.of(spec(id, 1)), Map.of(), at(-2_000));
        }
        Check check = checks.due(at(second * 1_000L + 999)).getFirst();
        Optional<NodeHealth> health = checks.done(check, finding, START.plusSeconds(second));
        return health.orElseThrow();
    }

    private long untilDue(long ms) {
        return TimeUnit.NANOSECONDS.toMillis(checks.nanosUntilDue(at(ms), Long.MAX_VALUE));
    }

    private static long at(long ms) {
        return ZERO + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private static NodeSpec spec(String id, int port) {
        return new NodeSpec(
                id,
                PoolName.DEFAULT,
                URI.create("http://127.0.0.1:" + port),
                1,
                1,
                1,
                Optional.empty());
    }
}

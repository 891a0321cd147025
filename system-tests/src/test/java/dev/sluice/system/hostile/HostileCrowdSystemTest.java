package dev.sluice.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks that go on, one after the other, while a polite client is served. Short with few
 * connections; {@code -Dhostile.connections=4096 -Dhostile.seconds=30} prints the long table.
 */
@TestInstance(Lifecycle.PER_CLASS)
class HostileCrowdSystemTest {

    private static final int FEW = 200;
    private static final int CONNECTIONS = Integer.getInteger("hostile.connections", FEW);
    private static final boolean LONG = CONNECTIONS > FEW;
    private static final Duration LASTS =
            Duration.ofSeconds(Integer.getInteger("hostile.seconds", 1));
    // connections that say nothing may log nothing; those that break off, a line in a while
    private static final int LINES = 20;

    // of requests and results that are remembered, and of buffers that are kept
    private static final long HEAP_SPARE_BYTES = 64 << 20;

    private AttackedSluice sluice;
    private long heapBytes;
    private PoliteClient polite;
    private PoliteClient.Served quiet;
    private Aftermath aftermath;
    private Report report;

    @BeforeAll
    void start(@TempDir Path dir) {
        sluice = new AttackedSluice(dir, bounds());
        SlowAnswers.all().forEach(one -> sluice.hostile().script(one.name(), one.script()));
        polite = new PoliteClient(sluice);
        polite.during(LASTS.multipliedBy(3)); // a JVM that has just started is slower
        quiet = polite.during(LASTS.multipliedBy(2));
        report = new Report(quiet);
        aftermath = new Aftermath(sluice);
        heapBytes = sluice.heapAfterCollection();
    }

    /** Where connections are few, so are the places for them; many meet the bounds as shipped. */
    private static Map<String, String> bounds() {
        String places = "" + CONNECTIONS * 3 / 4;
        return LONG
                ? Map.of("LB_BODY_MEMORY_BYTES", Long.toString(256 << 20))
                : Map.of("LB_MAX_WAITERS", places, "LB_MAX_CONNECTIONS", places);
    }

    @AfterAll
    void stop() {
        polite.close();
        long left = sluice.heapAfterCollection();
        sluice.close();
        report.print();
        assertThat(left).isLessThan(heapBytes + HEAP_SPARE_BYTES);
    }

    @TestFactory
    Stream<DynamicTest> attacks() {
        return Attack.all().stream()
                .map(one -> DynamicTest.dynamicTest(one.name(), () -> attacked(one)));
    }

    private void attacked(Attack one) {
        var before = Report.State.of(sluice, LONG);
        Map<String, Integer> got;
        PoliteClient.Served others;
        Report.State during;
        try (var attack = one.launch().start(sluice, CONNECTIONS)) {
            others = polite.during(LASTS);
            during = Report.State.of(sluice, LONG);
            got = attack.got();
        }
        aftermath.isFreeWithin(Duration.ofSeconds(10));
        aftermath.socketsAreBack(24);
        report.line(one.name(), got, others, quiet, before, during, Report.State.of(sluice, LONG));
        assertThat(sluice.isAlive()).isTrue();
        assertThat(others.refused()).isEmpty();
        assertThat(others.served()).isPositive();
        aftermath.logs(one.name(), before.figures(), LINES);
    }
}

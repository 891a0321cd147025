package dev.sluice.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.system.Client;
import dev.sluice.system.Parallel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Hostile clients and nodes, on raw sockets, against a running {@code ./sluice up}: each harms
 * itself, and nobody else.
 */
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class HostileSystemTest {

    // of requests and results that are remembered, and of what is compiled
    private static final long HEAP_SPARE_BYTES = 48 << 20;
    // the watchdog's bound, and what a busy machine takes
    private static final Duration ENDS =
            AttackedSluice.REQUEST_TIMEOUT.plusSeconds(2).plusSeconds(4);

    private AttackedSluice sluice;
    private Cases cases;
    private Aftermath aftermath;
    private long heapBytes;
    private int pools;
    private String pool = "hostile";

    @BeforeAll
    void start(@TempDir Path dir) {
        sluice = new AttackedSluice(dir, Map.of());
        cases = new Cases(sluice);
        NodeAnswers.all().forEach(one -> sluice.hostile().script(one.name(), one.script()));
        SlowAnswers.all().forEach(one -> sluice.hostile().script(one.name(), one.script()));
        SecretCase.all().forEach(one -> sluice.hostile().script(one.name(), one.script()));
        aftermath = new Aftermath(sluice);
        heapBytes = sluice.heapAfterCollection();
    }

    @AfterAll
    void stop() {
        sluice.close();
    }

    @Order(1)
    @TestFactory
    Stream<DynamicTest> clients() {
        return Stream.of(
                        FramingCases.all(), HeadCases.all(), PathCases.all(), DoorCases.all(sluice))
                .flatMap(List::stream)
                .map(one -> test(one.name(), () -> cases.of(one)));
    }

    @Order(2)
    @TestFactory
    Stream<DynamicTest> nodes() {
        return NodeAnswers.all().stream().map(one -> test(one.name(), () -> answers(one)));
    }

    private void answers(NodeCase one) throws IOException {
        try {
            cases.of(one, pool, ENDS);
            cases.nodeServes(pool);
        } catch (IOException | RuntimeException | AssertionError e) {
            // what this one has done to its node is no fault of the next one
            pool = sluice.anotherHostilePool(++pools);
            throw e;
        }
    }

    @Order(3)
    @TestFactory
    Stream<DynamicTest> services() {
        return NodeAnswers.all().stream().map(one -> test(one.name(), () -> cases.proxied(one)));
    }

    @Order(4)
    @TestFactory
    Stream<DynamicTest> secrets() {
        return SecretCase.all().stream().map(one -> test(one.name(), () -> staysSecret(one)));
    }

    private void staysSecret(SecretCase one) throws IOException {
        int before = sluice.log().length();
        Received answer = cases.waited("secret", "/" + one.name());
        assertThat(answer.status()).as(answer.toString()).isNotIn(500, 202);
        String id = answer.field("Sluice-Request-Id").orElseThrow();
        String seen =
                Cases.all(answer)
                        + Client.json(sluice.ingress().get("/requests/" + id))
                        + sluice.log().substring(before);
        assertThat(seen.toLowerCase(Locale.ROOT))
                .doesNotContain(one.form().toLowerCase(Locale.ROOT));
        assertThat(sluice.hostile().heads(one.name()).getLast()).contains(AttackedSluice.SECRET);
    }

    /** All at the same time, each with an address of its own. */
    @Order(5)
    @TestFactory
    Stream<DynamicTest> slowClients() {
        return together(SlowClientCases.all(), cases::of);
    }

    /** All at the same time: each takes as long as a request may. */
    @Order(5)
    @TestFactory
    Stream<DynamicTest> slowNodes() {
        return together(SlowAnswers.all(), one -> cases.of(one, "slow", ENDS));
    }

    /** The same from a service behind, where they never come to a body. */
    @Order(5)
    @TestFactory
    Stream<DynamicTest> slowServices() {
        var headless =
                SlowAnswers.all().stream()
                        .filter(one -> SlowAnswers.WITHOUT_A_HEAD.contains(one.name()))
                        .toList();
        return together(headless, cases::proxied);
    }

    private interface Trial<T> {
        void of(T one) throws Exception;
    }

    private <T> Stream<DynamicTest> together(List<T> all, Trial<T> trial) {
        Figures before = sluice.figures();
        var ended = Parallel.map(all.size(), all, one -> attempt(() -> trial.of(one)));
        var tests = new ArrayList<DynamicTest>();
        for (int i = 0; i < all.size(); i++) {
            Optional<Throwable> failure = ended.get(i);
            tests.add(DynamicTest.dynamicTest(all.get(i).toString(), () -> rethrow(failure)));
        }
        tests.add(test("after all of them", () -> aftermath.logs("all", before, all.size())));
        return tests.stream();
    }

    private static void rethrow(Optional<Throwable> failure) throws Throwable {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    @Order(6)
    @Test
    void clientsThatLeaveWhileTheyWaitAreNoticedAndTheirRequestsStay() throws IOException {
        int clients = 20;
        String request =
                ClientCase.request("POST /queue/shut/x", "Prefer: wait=300\r\n", "left behind");
        var wires = new ArrayList<Wire>();
        for (int i = 0; i < clients; i++) {
            var wire = Wire.connect(sluice.port(ClientCase.INGRESS), Cases.nextAddress());
            wire.send(request);
            wires.add(wire);
        }
        // some of them may have been served
        await().until(() -> sluice.figures().waiters() >= clients - 3);
        int queued = queued("shut");

        for (int i = 0; i < clients; i += 2) {
            wires.get(i).reset();
            wires.get(i + 1).close();
        }
        await().atMost(Duration.ofSeconds(2)).until(() -> sluice.figures().waiters() == 0);
        assertThat(queued("shut")).isGreaterThanOrEqualTo(queued - 3);
        aftermath.socketsAreBack(24);
    }

    private int queued(String name) {
        JsonNode own = Client.json(sluice.ingress().get("/lb-stats"));
        return own.at("/pools/" + name + "/queued").asInt();
    }

    @Order(7)
    @Test
    void aStrangerAtTheBrokerLearnsNothing() throws IOException {
        // Metadata, version 1, of all topics
        String body = "\0\3\0\1\0\0\0\1\0\1x\u00ff\u00ff\u00ff\u00ff";
        try (var wire = Wire.connect(sluice.brokerPort(), Cases.nextAddress())) {
            wire.patience(Duration.ofSeconds(5));
            wire.send("\0\0\0" + (char) body.length() + body);
            assertThat(wire.endsWithin(Duration.ofSeconds(5))).isTrue();
        }
    }

    @Order(9)
    @Test
    void aNodeThatIsItsOwnIngressEndsItsRequests() {
        long before = sluice.figures().accepted();
        sluice.ingress().queue("/queue/loop/x", "round and round");

        await().until(() -> failures("loop").path("loop_detected").asInt() == 1);
        assertThat(sluice.figures().accepted() - before).isBetween(2L, 10L);
    }

    private JsonNode failures(String name) {
        for (JsonNode one : sluice.ingress().stats().path("pools")) {
            if (one.path("pool").asString().equals(name)) {
                return one.path("failures");
            }
        }
        throw new AssertionError("no pool " + name);
    }

    @Order(8)
    @Test
    void nothingIsLeft() {
        aftermath.isFreeWithin(Duration.ofSeconds(10));
        // polite clients, of which many asked at the same time, keep and use theirs in turn
        aftermath.socketsAreBack(32);
        assertThat(sluice.heapAfterCollection()).isLessThan(heapBytes + HEAP_SPARE_BYTES);
    }

    private interface Step {
        void run() throws Exception;
    }

    private static Optional<Throwable> attempt(Step step) {
        try {
            step.run();
            return Optional.empty();
        } catch (Exception | AssertionError e) {
            return Optional.of(e);
        }
    }

    private DynamicTest test(String name, Step step) {
        return DynamicTest.dynamicTest(
                name,
                () -> {
                    Figures before = sluice.figures();
                    try {
                        step.run();
                        aftermath.of(name, before);
                    } catch (Exception | AssertionError e) {
                        aftermath.goOnFromHere();
                        throw e;
                    }
                });
    }
}

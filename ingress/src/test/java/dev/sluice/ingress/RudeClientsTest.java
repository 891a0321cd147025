package dev.sluice.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Clients that announce, drip, wait and leave: they harm nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RudeClientsTest {

    private static final String POOL = "rude";

    private final List<Wire> wires = new ArrayList<>();
    private TestBroker broker;
    private Rig rig;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        rig.node(POOL, 600, 100_000_000);
    }

    @AfterAll
    void stop() {
        rig.close();
        broker.close();
    }

    @AfterEach
    void close() throws Exception {
        for (Wire wire : wires) {
            wire.close();
        }
        wires.clear();
    }

    @Test
    void whatIsAnnouncedAndDoesNotComeTakesNoRoomFromOthers() throws Exception {
        try (var ingress =
                rig.ingress(
                        "lb.max-body-bytes", "65536",
                        "lb.body-memory-bytes", "4194304",
                        "lb.data-rate-grace-ms", "3000")) {
            for (int i = 0; i < 200; i++) { // 13 MB announced, of 4
                wire(new Wire(ingress))
                        .say(
                                "POST /queue/rude/x HTTP/1.1\r\nHost: a\r\n"
                                        + "Content-Length: 65536\r\n\r\nx");
            }

            assertThat(rig.post(ingress, "/queue/rude/x", "y".repeat(65_536)).statusCode())
                    .isEqualTo(202);

            for (Wire wire : wires) {
                assertThat(wire.rest()).startsWith("HTTP/1.1 408").contains("body_too_slow");
            }
            assertThat(ownFigure(ingress, "body_bytes")).isZero();
        }
    }

    @Test
    void aBodyThatTakesTooLongInAllIsRefusedHoweverSteadilyItComes() throws Exception {
        try (var ingress = rig.ingress("lb.body-timeout-ms", "2000")) {
            Wire wire = wire(new Wire(ingress));
            wire.say("POST /queue/rude/x HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
            await().pollInterval(Duration.ofMillis(200))
                    .until(
                            () -> {
                                wire.say("x".repeat(2_000));
                                return wire.hasAnswer();
                            });

            assertThat(wire.rest()).startsWith("HTTP/1.1 408").contains("body_too_slow");
        }
    }

    @Test
    void clientsThatLeaveWhileTheyWaitMakeRoomAndTheirRequestsStay() throws Exception {
        try (var ingress = rig.ingress("lb.max-waiters", "10", "lb.client-max-waiters", "10")) {
            for (int i = 0; i < 10; i++) {
                wire(new Wire(ingress)).say(waiting(60));
            }
            await().until(() -> ownFigure(ingress, "waiters") == 10);

            for (Wire wire : wires) {
                wire.close();
            }

            // a second is the promise, on a machine that does nothing else
            await().atMost(Duration.ofSeconds(10)).until(() -> ownFigure(ingress, "waiters") == 0);
            assertThat(queued(ingress)).isGreaterThanOrEqualTo(10);
        }
    }

    @Test
    void clientsThatLeaveWhileTheyWaitForAnEarlierRequestMakeRoom() throws Exception {
        try (var ingress = rig.ingress()) {
            var accepted = rig.post(ingress, "/queue/rude/x", "a");
            String id = Rig.json(accepted).path("id").asString();
            Wire wire = wire(new Wire(ingress));
            wire.say("GET /requests/" + id + "?wait=60 HTTP/1.1\r\nHost: a\r\n\r\n");
            await().until(() -> ownFigure(ingress, "waiters") == 1);

            wire.close();

            await().atMost(Duration.ofSeconds(10)).until(() -> ownFigure(ingress, "waiters") == 0);
        }
    }

    @Test
    void whoClosesOnlyItsSideIsToldThatItsRequestIsQueued() throws Exception {
        try (var ingress = rig.ingress()) {
            Wire wire = wire(new Wire(ingress));
            wire.say(waiting(60));
            await().until(() -> ownFigure(ingress, "waiters") == 1);

            wire.endOutput();

            assertThat(wire.rest()).startsWith("HTTP/1.1 202").contains("\"status\":\"queued\"");
        }
    }

    @Test
    void oneAddressLeavesPlacesToWaitForOthers() throws Exception {
        try (var ingress = rig.ingress("lb.max-waiters", "10", "lb.client-max-waiters", "2")) {
            for (int i = 0; i < 2; i++) {
                wire(new Wire(ingress)).say(waiting(60));
            }
            await().until(() -> ownFigure(ingress, "waiters") == 2);

            Wire third = wire(new Wire(ingress));
            third.say(waiting(60));
            Wire elsewhere = wire(new Wire(ingress, "127.0.0.2"));
            elsewhere.say(waiting(60));

            assertThat(third.head()).startsWith("HTTP/1.1 202");
            await().until(() -> ownFigure(ingress, "waiters") == 3);
        }
    }

    private static String waiting(int seconds) {
        return "POST /queue/rude/x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nPrefer: wait="
                + seconds
                + "\r\n\r\nx";
    }

    private Wire wire(Wire wire) {
        wires.add(wire);
        return wire;
    }

    private long ownFigure(IngressService ingress, String name) throws Exception {
        return Rig.json(rig.get(ingress, "/lb-stats")).path(name).asLong();
    }

    private long queued(IngressService ingress) throws Exception {
        return Rig.json(rig.get(ingress, "/lb-stats"))
                .path("pools")
                .path(POOL)
                .path("queued")
                .asLong();
    }
}

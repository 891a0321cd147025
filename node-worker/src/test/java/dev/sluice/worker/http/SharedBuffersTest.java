package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.testkit.FakeNode;
import dev.sluice.worker.credentials.Permission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What one node sends is read in memory in which no other node's answer is read meanwhile. */
class SharedBuffersTest {

    private static final String BAD_CHUNK =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n";

    @Test
    void aBadAnswerNeverSpoilsTheOneBesideIt() throws Exception {
        var limits =
                new NodeSender.Limits(
                        Duration.ofSeconds(5), Duration.ofSeconds(5), 256 * 1024, 32 * 1024);
        try (var sender =
                        NodeSender.start(
                                limits,
                                spec -> new Permission.NotNeeded(),
                                NanoClock.SYSTEM,
                                InstantSource.system());
                var polite = FakeNode.echo()) {
            for (int round = 0; round < 3_000; round++) {
                try (var node =
                        RawNode.answering(
                                link -> {
                                    link.send(BAD_CHUNK + "0".repeat(8_192));
                                    link.awaitEnd();
                                })) {
                    var bad = Attempted.send(sender, node.uri(), Attempted.request("GET", "/x", 0));
                    var beside = new ArrayList<Attempted>();
                    for (int i = 0; i < 8; i++) {
                        beside.add(
                                Attempted.send(
                                        sender, polite.uri(), Attempted.request("POST", "/", 4)));
                    }
                    for (Attempted one : beside) {
                        assertThat(one.word())
                                .as("round %d: %s", round, one.detail())
                                .startsWith("200");
                    }
                    assertThat(bad.word()).isEqualTo("bad");
                }
            }
        }
    }
}

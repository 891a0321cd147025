package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.worker.credentials.Credential;
import dev.sluice.worker.credentials.HostRule;
import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.dispatch.AttemptOutcome;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Of a node's credential nothing comes back, wherever in its answer the node repeats it. */
class MaskedAnswerTest {

    private static final String SECRET = "sk-abcdefgh1234";
    private static final String MASKED = "*".repeat(SECRET.length());

    private NodeSender sender;

    @BeforeEach
    void start() throws Exception {
        var hosts = List.of(new HostRule("127.0.0.1", false, OptionalInt.empty()));
        var credential = new Credential("main", "Authorization", "Bearer " + SECRET, hosts, false);
        sender =
                NodeSender.start(
                        new NodeSender.Limits(
                                Duration.ofSeconds(30), Duration.ofSeconds(10), 1_000, 4_096),
                        spec -> new Permission.Granted(credential),
                        NanoClock.SYSTEM,
                        InstantSource.system());
    }

    @AfterEach
    void stop() {
        sender.close();
    }

    @Test
    void namesValuesAndContentAreMasked() throws Exception {
        String content = "{\"key\": \"sk\\u002dabcdefgh1234\", \"short\": \"sk-a***1234\"}";
        String answer =
                "HTTP/1.1 401 Unauthorized\r\nX-%s: a\r\nx-%s: b\r\nValue: Bearer %s\r\n"
                                .formatted(
                                        SECRET, SECRET.toUpperCase(java.util.Locale.ROOT), SECRET)
                        + "Location: /?key=sk%2Dabcdefgh1234\r\nContent-Length: "
                        + content.length()
                        + "\r\n\r\n"
                        + content;
        try (var node = RawNode.answering(link -> link.send(answer))) {
            var attempt = Attempted.send(sender, node.uri(), Attempted.request("GET", "/", 0));

            assertThat(attempt.word())
                    .isEqualTo(
                            "401 {\"key\": \"%s\", \"short\": \"%s\"}"
                                    .formatted(
                                            "*".repeat("sk\\u002dabcdefgh1234".length()),
                                            "*".repeat("sk-a***1234".length())));
            assertThat(attempt.outcome())
                    .isInstanceOfSatisfying(
                            AttemptOutcome.Delivered.class,
                            delivered ->
                                    assertThat(delivered.answer().headers())
                                            .containsExactly(
                                                    new HttpHeader("X-" + MASKED, "a"),
                                                    new HttpHeader("x-" + MASKED, "b"),
                                                    new HttpHeader("Value", "Bearer " + MASKED),
                                                    new HttpHeader(
                                                            "Location", "/?key=**" + MASKED)));
            assertThat(node.heads().getFirst()).contains("Authorization: Bearer " + SECRET);
        }
    }
}

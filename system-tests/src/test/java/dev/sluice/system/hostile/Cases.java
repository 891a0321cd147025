package dev.sluice.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.system.Client;
import dev.sluice.system.Parallel;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;

/** Tries one case against the running system, and says whether it went as it must. */
final class Cases {

    private static final Duration HANGS = Duration.ofSeconds(8);
    // what an answer to a client never tells
    private static final List<String> INTERNALS =
            List.of("jetty", "java.", "exception", "bytebuffer", "this is a bug", "\tat ");
    // each from an address of its own: what one may no longer do, the next one may
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    private final AttackedSluice sluice;

    Cases(AttackedSluice sluice) {
        this.sluice = sluice;
    }

    static String nextAddress() {
        int number = CLIENTS.getAndIncrement();
        return "127.0.%d.%d".formatted(1 + number / 200, 1 + number % 200);
    }

    /** Sends what a hostile client sends, and looks at what it gets. */
    void of(ClientCase one) throws IOException {
        long accepted = sluice.figures().accepted();
        try (var wire = Wire.connect(sluice.port(one.service()), nextAddress())) {
            wire.patience(HANGS);
            Received answer = answer(one.script(), wire);
            assertThat(one.statuses()).as(answer.toString()).contains(answer.status());
            tellsNoInternals(answer);
            one.check().of(answer, wire);
        }
        if (one.isRefused()) {
            assertThat(sluice.figures().accepted()).as("accepted").isEqualTo(accepted);
        }
    }

    private static Received answer(Script script, Wire wire) throws IOException {
        try {
            script.play(wire);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            // enough of it: the answer may have come before
        }
        if (wire.isClosed()) {
            return new Received(Received.CLOSED, "", "", false);
        }
        try {
            return Received.from(wire);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("neither an answer nor an end within " + HANGS, e);
        }
    }

    /** Queues a request for a hostile node, and looks at what becomes of it. */
    void of(NodeCase one, String pool, Duration limit) throws IOException {
        String id = queue(one, pool);
        JsonNode state = sluice.ingress().state(id, (int) limit.toSeconds());
        assertThat(state.path("status").asString()).as(state.toString()).isNotEqualTo("queued");
        tellsNoInternals(state.toString());
        assertThat(state.toString()).doesNotContain("127.0.0.1:");
        Received answer = fetch("/requests/" + id + "/response");
        String seen = state + "\n" + answer;
        tellsNoInternals(answer);
        switch (one.expect()) {
            case NodeCase.Delivered(int status, String body) -> {
                assertThat(answer.status()).as(seen).isEqualTo(status);
                assertThat(answer.body()).as(seen).isEqualTo(body);
            }
            case NodeCase.Failed(var reasons) -> {
                assertThat(state.path("status").asString()).as(seen).isEqualTo("failed");
                assertThat(state.path("reason").asString()).as(seen).isIn(reasons);
                assertThat(answer.status()).as(seen).isIn(502, 504);
            }
            case NodeCase.Over() ->
                    assertThat(answer.status()).as(seen).isNotIn(500, Received.CLOSED);
        }
    }

    private String queue(NodeCase one, String pool) {
        byte[] body = "b".repeat(one.requestBytes()).getBytes(StandardCharsets.US_ASCII);
        return sluice.ingress().queue("POST", "/queue/" + pool + "/" + one.name(), body);
    }

    /** A service behind the ingress that answers so: the client gets an answer or an end. */
    void proxied(NodeCase one) throws IOException {
        String body = "b".repeat(one.requestBytes());
        Received answer = fetch(ClientCase.request("POST /bad/" + one.name(), "", body), HANGS);
        tellsNoInternals(answer);
        assertThat(answer.status()).as(answer.toString()).isNotIn(101, 500);
        if (one.expect() instanceof NodeCase.Delivered(int status, String text)) {
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
            assertThat(answer.body()).as(answer.toString()).isEqualTo(text);
        }
    }

    private Received fetch(String path) throws IOException {
        return fetch(FramingCases.withHost("GET " + path), HANGS);
    }

    private Received fetch(String request, Duration limit) throws IOException {
        try (var wire = Wire.connect(sluice.port(ClientCase.INGRESS), "127.0.0.1")) {
            wire.patience(limit);
            return answer(Script.of(request), wire);
        }
    }

    /** All slots of the hostile node are there, and each answer goes to its own request. */
    void nodeServes(String pool) {
        Parallel.map(
                3,
                List.of("first words", "second words", "third words"),
                words -> {
                    Received answer = sluice.queued(pool, "/polite", words);
                    assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
                    assertThat(answer.body()).isEqualTo(words);
                    return words;
                });
    }

    private static void tellsNoInternals(Received answer) {
        assertThat(answer.status()).as(answer.toString()).isNotEqualTo(500);
        assertThat(answer.head()).as("a session for a stranger").doesNotContain("JSESSIONID");
        assertThat(answer.head())
                .as("fields")
                .doesNotContainPattern("[\0-\u0008\u000b\u000c\u000e-\u001f]");
        if (answer.field("Content-Type").orElse("").startsWith("application/problem+json")) {
            tellsNoInternals(answer.body());
        }
    }

    private static void tellsNoInternals(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        assertThat(INTERNALS).as(text).noneMatch(lower::contains);
    }

    /** The text of an answer, as a client may see it. */
    static String all(Received answer) {
        return answer.head() + answer.body();
    }

    /** The answer to a request that waited for it. */
    Received waited(String pool, String path) throws IOException {
        return fetch(
                ClientCase.request("POST /queue/" + pool + path, "Prefer: wait=20\r\n", "abc"),
                HANGS);
    }

    String state(String id) {
        return Client.json(sluice.ingress().get("/requests/" + id)).toString();
    }
}

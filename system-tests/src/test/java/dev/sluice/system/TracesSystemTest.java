package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.system.FakeCollector.Span;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.Seen;
import dev.sluice.testkit.SharedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What a collector of traces and the nodes get to see of requests, over a real broker. */
@TestInstance(Lifecycle.PER_CLASS)
class TracesSystemTest {

    private static final String CLIENT_SPAN = "b7ad6b7169203331";
    private static final int ANY_RPM = 600_000;
    private static final long ANY_BPM = 60_000_000_000L;

    private final FakeNode flaky = FakeNode.start(TracesSystemTest::unavailableAtFirst);
    private final FakeNode slow = FakeNode.slow(Duration.ofMinutes(1));
    private final FakeNode service = FakeNode.echo();
    private FakeCollector collector;
    private Fleet fleet;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        collector = FakeCollector.start();
        Path nodes =
                new NodesYaml()
                        .node("flaky", "traced", flaky, ANY_RPM, ANY_BPM, 8)
                        .node("slow", "traced-slow", slow, ANY_RPM, ANY_BPM, 1)
                        .in(dir);
        fleet =
                Fleet.start(
                        SharedBroker.bootstrapServers(),
                        nodes,
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                collector.url(),
                                "OTEL_BSP_SCHEDULE_DELAY",
                                "50",
                                "API_GATEWAY_URL",
                                service.uri().toString(),
                                "WORKER_DRAIN_SECONDS",
                                "1"));
    }

    @AfterAll
    void stop() {
        fleet.close();
        collector.close();
        List.of(flaky, slow, service).forEach(FakeNode::close);
    }

    @Test
    void aRequestIsOneTraceFromTheClientToTheNodeAndItsResult() {
        String trace = "11111111111111111111111111111111";

        var answer =
                fleet.ingress()
                        .send(
                                "POST",
                                "/queue/traced/a?b=c",
                                "retried",
                                "Prefer",
                                "wait=30",
                                "traceparent",
                                "00-" + trace + "-" + CLIENT_SPAN + "-01",
                                "tracestate",
                                "vendor=1");

        assertThat(answer.statusCode()).as(() -> Client.text(answer)).isEqualTo(200);
        List<Span> spans = spans(trace, 7);
        Span server = named(spans, "POST /queue/{pool}");
        assertThat(server.parent()).isEqualTo(CLIENT_SPAN);
        assertThat(server.kind()).isEqualTo("SPAN_KIND_SERVER");
        assertThat(server.service()).isEqualTo("sluice-ingress");
        assertThat(server.state()).isEqualTo("vendor=1");
        assertThat(server.attributes())
                .containsEntry("http.response.status_code", "200")
                .containsEntry("url.path", "/queue/traced/a")
                .containsEntry("sluice.pool", "traced");
        assertThat(spans)
                .filteredOn(span -> !span.equals(server))
                .allSatisfy(span -> assertThat(span.parent()).isEqualTo(server.id()))
                .allSatisfy(
                        span ->
                                assertThat(span.attribute("sluice.request.id"))
                                        .isEqualTo(Client.header(answer, "Sluice-Request-Id")));
        assertThat(named(spans, "append sluice.requests.traced").service())
                .isEqualTo("sluice-ingress");
        assertAttempts(spans);
        Span result = named(spans, "append sluice.results");
        assertThat(result.service()).isEqualTo("sluice-node-worker");
        assertThat(result.failed()).isFalse();
        assertThat(result.attributes())
                .containsEntry("sluice.outcome", "succeeded")
                .containsEntry("sluice.attempts", "2");
    }

    /** The first attempt fails, the second does not, and the node knew each as its parent. */
    private void assertAttempts(List<Span> spans) {
        List<Span> attempts =
                spans.stream()
                        .filter(span -> span.name().equals("attempt flaky"))
                        .sorted((a, b) -> Long.compare(a.startNanos(), b.startNanos()))
                        .toList();
        Span first = attempts.getFirst();
        Span second = attempts.getLast();
        assertThat(attempts).hasSize(2);
        assertThat(attempts).allMatch(span -> span.kind().equals("SPAN_KIND_CLIENT"));
        assertThat(first.failed()).isTrue();
        assertThat(first.attribute("http.response.status_code")).isEqualTo("503");
        assertThat(first.attribute("sluice.attempt")).isEqualTo("1");
        assertThat(second.failed()).isFalse();
        assertThat(second.attribute("http.response.status_code")).isEqualTo("200");
        assertThat(second.attribute("sluice.attempt")).isEqualTo("2");
        assertThat(second.attribute("sluice.node")).isEqualTo("flaky");

        Span queued = named(spans, "queue wait");
        Span retry = named(spans, "retry wait");
        assertThat(queued.endNanos()).isEqualTo(first.startNanos());
        assertThat(retry.startNanos()).isEqualTo(first.endNanos());
        assertThat(retry.endNanos()).isEqualTo(second.startNanos());

        List<Seen> seen = flaky.seen().stream().filter(s -> s.target().equals("/a?b=c")).toList();
        assertThat(seen)
                .extracting(s -> s.headers().get("traceparent"))
                .containsExactly(List.of(asParent(first)), List.of(asParent(second)));
        assertThat(seen).extracting(s -> s.header("tracestate")).containsOnly("vendor=1");
    }

    @Test
    void aMalformedParentIsIgnoredAndANewTraceBegins() {
        fleet.ingress()
                .send(
                        "POST",
                        "/queue/traced/malformed",
                        "once",
                        "Prefer",
                        "wait=30",
                        "traceparent",
                        "00-XYZ-1-01",
                        "tracestate",
                        "vendor=1");

        Seen seen = seen(flaky, "/malformed");
        String parent = String.valueOf(seen.header("traceparent"));
        assertThat(parent).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-03");
        assertThat(seen.header("tracestate")).isNull();
        List<Span> spans = spans(parent.substring(3, 35), 5);
        assertThat(named(spans, "POST /queue/{pool}").parent()).isEmpty();
        assertThat(named(spans, "attempt flaky").id()).isEqualTo(parent.substring(36, 52));
    }

    @Test
    void aProxiedRequestIsAServerAndAClientSpan() {
        String trace = "22222222222222222222222222222222";

        fleet.ingress()
                .send(
                        "GET",
                        "/api/users?x=1",
                        "",
                        "traceparent",
                        "00-" + trace + "-" + CLIENT_SPAN + "-01");

        List<Span> spans = spans(trace, 2);
        Span server = named(spans, "GET /api");
        Span client = named(spans, "proxy api");
        assertThat(server.parent()).isEqualTo(CLIENT_SPAN);
        assertThat(client.parent()).isEqualTo(server.id());
        assertThat(client.kind()).isEqualTo("SPAN_KIND_CLIENT");
        assertThat(client.attribute("http.response.status_code")).isEqualTo("200");
        assertThat(seen(service, "/api/users?x=1").headers().get("traceparent"))
                .containsExactly(asParent(client));
    }

    @Test
    void aRequestThatExpiresHasWaitedAndHasNoAttempt() {
        Client client = fleet.ingress();
        client.queue("/queue/traced-slow/first", "takes the only slot");
        await().until(() -> slow.inFlight() == 1);
        String trace = "33333333333333333333333333333333";

        String id =
                client.queue(
                        "/queue/traced-slow/late",
                        "late",
                        "Sluice-Deadline",
                        "1",
                        "traceparent",
                        "00-" + trace + "-" + CLIENT_SPAN + "-01");

        assertThat(client.state(id, 30).path("status").asString()).isEqualTo("expired");
        List<Span> spans = spans(trace, 4);
        Span waited = named(spans, "queue wait");
        assertThat(Duration.ofNanos(waited.endNanos() - waited.startNanos()))
                .isGreaterThan(Duration.ofMillis(900));
        Span result = named(spans, "append sluice.results");
        assertThat(result.failed()).isTrue();
        assertThat(result.attribute("error.type")).isEqualTo("deadline_passed");
        assertThat(spans).extracting(Span::name).noneMatch(name -> name.startsWith("attempt"));
    }

    @Test
    void whatTheClientDoesNotSampleIsNotExportedAndGoesOnAsItsTrace() {
        String unsampled = "44444444444444444444444444444444";
        String sampled = "55555555555555555555555555555555";
        send("/unsampled", "00-" + unsampled + "-" + CLIENT_SPAN + "-00");
        send("/sampled", "00-" + sampled + "-" + CLIENT_SPAN + "-01");

        spans(sampled, 5); // they came later, and are there

        assertThat(collector.trace(unsampled)).isEmpty();
        assertThat(seen(flaky, "/unsampled").header("traceparent"))
                .matches("00-" + unsampled + "-[0-9a-f]{16}-00");
    }

    @Test
    void healthAndFiguresAreNoTraces() {
        Client client = fleet.ingress();
        client.get("/lb-health");
        client.get("/metrics");
        String sampled = "66666666666666666666666666666666";
        send("/after", "00-" + sampled + "-" + CLIENT_SPAN + "-01");

        spans(sampled, 5);

        assertThat(collector.all())
                .extracting(Span::name)
                .noneMatch(name -> name.contains("health") || name.contains("metrics"));
    }

    private void send(String path, String parent) {
        var answer =
                fleet.ingress()
                        .send(
                                "POST",
                                "/queue/traced" + path,
                                "once",
                                "Prefer",
                                "wait=30",
                                "traceparent",
                                parent);
        assertThat(answer.statusCode()).as(() -> Client.text(answer)).isEqualTo(200);
    }

    /** All spans of a trace, once there are so many, which is all. */
    private List<Span> spans(String trace, int count) {
        await().until(() -> collector.trace(trace).size() >= count);
        assertThat(collector.trace(trace)).hasSize(count);
        return collector.trace(trace);
    }

    private static Span named(List<Span> spans, String name) {
        List<Span> named = spans.stream().filter(span -> span.name().equals(name)).toList();
        assertThat(named).as(() -> name + " in " + spans).hasSize(1);
        return named.getFirst();
    }

    private static Seen seen(FakeNode node, String target) {
        return node.seen().stream()
                .filter(s -> s.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new AssertionError("never saw " + target));
    }

    private static String asParent(Span span) {
        return "00-" + span.trace() + "-" + span.id() + "-01";
    }

    /** 503 to the first attempt of what is to be retried. */
    private static Reply unavailableAtFirst(Seen seen) {
        boolean first = "1".equals(seen.header("Sluice-Attempt"));
        boolean retried = seen.target().startsWith("/a?");
        return first && retried ? Reply.status(503) : Reply.echo(seen);
    }
}

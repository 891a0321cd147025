package dev.sluice.stats.services;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.http.JsonFetch;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.ResponseTimes;
import dev.sluice.protocol.ServiceInfo;
import dev.sluice.protocol.ServiceKind;
import dev.sluice.protocol.TrafficReport;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AskingTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final String JSON = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s";

    // longer than the product's: who answers must do so in time on a busy machine, too
    private static final Duration EACH = Duration.ofSeconds(5);

    private final JsonFetch fetch = new JsonFetch(NanoClock.SYSTEM);
    private final List<Misbehaving> servers = new ArrayList<>();
    private final List<ServiceInfo> announced = new ArrayList<>();
    private final Map<String, Optional<URI>> configured = new LinkedHashMap<>();

    @AfterEach
    void stop() throws Exception {
        fetch.close();
        for (Misbehaving server : servers) {
            server.close();
        }
    }

    @Test
    void servicesThatHangEachInAnotherWayDelayNothing() throws Exception {
        external("silent", Misbehaving.silent());
        external("drips-body", Misbehaving.dripsItsBody());
        external("drips-headers", Misbehaving.dripsItsHeaders());
        external("endless-headers", Misbehaving.headersWithoutEnd());
        external("huge", Misbehaving.hugeBody());
        external("stops", Misbehaving.stopsInItsBody());
        external("redirects", Misbehaving.says("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"));
        external("error", Misbehaving.says("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\n{}"));
        external("no-json", Misbehaving.says(JSON.formatted(6, "<html>")));
        external("no-object", Misbehaving.says(JSON.formatted(3, "[1]")));
        external("no-http", Misbehaving.says("SSH-2.0-OpenSSH\r\n\r\n"));
        external("hangs-up", Misbehaving.says(""));
        external("good", Misbehaving.says(JSON.formatted(7, "{\"a\":1}")));
        configured.put("nobody", Optional.of(URI.create("http://127.0.0.1:1")));
        configured.put("unset", Optional.empty());

        long begun = System.nanoTime();
        Round round = asking().round();
        Duration took = Duration.ofNanos(System.nanoTime() - begun);

        LoggerFactory.getLogger(AskingTest.class).info("the round took {} ms", took.toMillis());
        // four of them hang: one after the other they would take twice as long
        assertThat(took).isLessThan(EACH.multipliedBy(2));
        assertThat(reasons(round))
                .containsEntry("silent", "timeout")
                .containsEntry("drips-body", "timeout")
                .containsEntry("drips-headers", "timeout")
                .containsEntry("endless-headers", "broken")
                .containsEntry("huge", "too_large")
                .containsEntry("stops", "timeout")
                .containsEntry("redirects", "redirect")
                .containsEntry("error", "status")
                .containsEntry("no-json", "not_json")
                .containsEntry("no-object", "not_json")
                .containsEntry("no-http", "broken")
                .containsEntry("hangs-up", "broken")
                .containsEntry("good", "up")
                .containsEntry("nobody", "unreachable")
                .containsEntry("unset", "not_configured")
                .hasSize(15);
    }

    @Test
    void ingressesAreAddedUpAndOneThatTalksNonsenseIsLeftOut() throws Exception {
        ours("ingress-a", ServiceKind.INGRESS, traffic(4, 10));
        ours("ingress-b", ServiceKind.INGRESS, traffic(12, 30));
        ours("ingress-c", ServiceKind.INGRESS, "{\"requests_per_second\":1000}");

        Round round = asking().round();
        assertThat(round.ingresses()).isEqualTo(2);
        assertThat(round.traffic().requestsPerSecond()).isEqualTo(1.6);
        assertThat(round.traffic().meanResponseTimeMs()).isEqualTo(25);
        assertThat(round.traffic().hasRealTraffic()).isTrue();
        assertThat(reasons(round))
                .containsEntry("ingress-a", "up")
                .containsEntry("ingress-c", "unreadable");
        var shown = round.services().getFirst().stats().orElseThrow();
        assertThat(shown.has("histogram")).isFalse();
        assertThat(shown.path("requests").asInt()).isEqualTo(4);
    }

    @Test
    void gatesAreThoseOfTheWorkerThatKeepsThem() throws Exception {
        String kept =
                """
                {"pools": {"default": {"kept_here": %s, "nodes": [{"id": "gpu-a",
                  "in_flight": %d, "breaker": "open", "cooling_down": true}]}}}""";
        ours("node-worker-a", ServiceKind.NODE_WORKER, kept.formatted("false", 9));
        ours("node-worker-b", ServiceKind.NODE_WORKER, kept.formatted("true", 3));

        Round round = asking().round();
        assertThat(round.keepers()).isEqualTo(Map.of("default", "node-worker-b"));
        assertThat(round.gates()).isEqualTo(Map.of("gpu-a", new Gate(3, "open", true)));
    }

    @Test
    void oneThatIsSilentIsDownForTenMinutesAndThenLeftOut() throws Exception {
        var server = new Misbehaving(Misbehaving.says(JSON.formatted(2, "{}")));
        servers.add(server);
        URI url = server.url();
        for (int seconds : List.of(31, 599, 601)) {
            Instant at = NOW.minusSeconds(seconds);
            announced.add(new ServiceInfo("m-" + seconds, ServiceKind.MONITOR, url, at, at));
        }

        Round round = asking().round();
        assertThat(reasons(round)).isEqualTo(Map.of("m-31", "silent", "m-599", "silent"));
        assertThat(round.services().getFirst().json())
                .containsEntry("state", "down")
                .containsEntry("since", NOW.minusSeconds(31).toString());
        assertThat(server.connections()).as("nobody is asked").isZero();
    }

    private Asking asking() {
        return new Asking(
                fetch,
                () -> announced,
                configured,
                NanoClock.SYSTEM,
                InstantSource.fixed(NOW),
                EACH);
    }

    private void external(String name, Misbehaving.Manner manner) throws Exception {
        var server = new Misbehaving(manner);
        servers.add(server);
        configured.put(name, Optional.of(server.url()));
    }

    private void ours(String id, ServiceKind kind, String json) throws Exception {
        var server = new Misbehaving(Misbehaving.says(JSON.formatted(json.length(), json)));
        servers.add(server);
        announced.add(new ServiceInfo(id, kind, server.url(), NOW, NOW));
    }

    private static Map<String, String> reasons(Round round) {
        var reasons = new LinkedHashMap<String, String>();
        for (ServiceReport service : round.services()) {
            reasons.put(service.name(), service.reason().orElse(service.state().text()));
        }
        return reasons;
    }

    private static String traffic(int requests, int tookMs) {
        var micros = ResponseTimes.empty();
        for (int i = 0; i < requests; i++) {
            micros.recordValue(tookMs * 1_000L);
        }
        return ProtocolJson.mapper()
                .writeValueAsString(
                        new TrafficReport(
                                10,
                                requests,
                                requests / 10.0,
                                tookMs,
                                TrafficReport.Percentiles.of(micros),
                                Map.of("2xx", (long) requests),
                                true,
                                ResponseTimes.encode(micros)));
    }
}

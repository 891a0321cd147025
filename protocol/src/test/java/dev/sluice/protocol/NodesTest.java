package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodesTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final NodeSpec GPU =
            new NodeSpec(
                    "gpu-a",
                    PoolName.DEFAULT,
                    URI.create("http://127.0.0.1:9001"),
                    600,
                    50_000_000L,
                    32,
                    Optional.of("openai-main"));

    @Test
    void aDraftWithoutMistakesIsANode() {
        var draft =
                new NodeDraft(
                        "gpu-a", null, "http://127.0.0.1:9001", 600, 50_000_000, 32, "openai-main");

        assertThat(draft.problems()).isEmpty();
        assertThat(draft.toSpec()).isEqualTo(GPU);
    }

    @Test
    void allMistakesAreNamedAtOnce() {
        var draft = new NodeDraft("gpu a", "No_Pool", "ftp://x", 0, 1.5, null, "Bearer sk-secret");

        assertThat(draft.problems())
                .hasSize(7)
                .anyMatch(p -> p.startsWith("id 'gpu a' must be"))
                .anyMatch(p -> p.startsWith("pool 'No_Pool' must be"))
                .anyMatch(p -> p.startsWith("url 'ftp://x' must be http"))
                .anyMatch(p -> p.equals("rpm must be a whole number from 1 to 10000000, not 0"))
                .anyMatch(p -> p.startsWith("bpm must be a whole number"))
                .anyMatch(p -> p.equals("max_in_flight is missing"))
                .anyMatch(p -> p.startsWith("credential must be the name of a secret"))
                .noneMatch(p -> p.contains("sk-secret"));
        assertThatThrownBy(draft::toSpec)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max_in_flight is missing");
    }

    @Test
    void anEmptyDraftLacksEverythingThatHasNoDefault() {
        assertThat(new NodeDraft(null, null, null, null, null, null, null).problems())
                .containsExactly(
                        "id is missing",
                        "url is missing",
                        "rpm is missing",
                        "bpm is missing",
                        "max_in_flight is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "127.0.0.1:9001",
                "http://",
                "http:///path",
                "http://host:port",
                "http://host:0",
                "http://host:65536",
                "http://me:pw@host:1",
                "http://host:1/?q=1",
                "http://host:1/#f",
                "http://host name"
            })
    void whatIsNoUsableUrlIsRefused(String url) {
        assertThat(new NodeDraft("a", null, url, 1, 1, 1, null).problems())
                .singleElement()
                .asString()
                .startsWith("url ");
    }

    @Test
    void aSpecThatWouldBeWrongIsNeverMade() {
        assertThatThrownBy(
                        () ->
                                new NodeSpec(
                                        "a",
                                        PoolName.DEFAULT,
                                        URI.create("http://h"),
                                        0,
                                        1,
                                        1,
                                        Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rpm must be");
    }

    @Test
    void healthOlderThanThreeIntervalsIsUnknown() {
        NodeHealth health = health();

        assertThat(health.stateAt(NOW)).isEqualTo(NodeHealth.State.UNHEALTHY);
        assertThat(health.stateAt(NOW.plusMillis(6_000))).isEqualTo(NodeHealth.State.UNHEALTHY);
        assertThat(health.stateAt(NOW.plusMillis(6_001))).isEqualTo(NodeHealth.State.UNKNOWN);
        assertThat(health.stateAt(NOW.minusSeconds(60))).isEqualTo(NodeHealth.State.UNHEALTHY);
    }

    @Test
    void healthOfAnyTimeHasAState() throws Exception {
        String json =
                """
                {"node": "a", "state": "healthy", "checked_at": "-1000000000-01-01T00:00:00Z",
                 "since": "2026-11-21T11:00:00Z", "latency_ms": 3, "reason": "200",
                 "interval_ms": 9223372036854775807}
                """;
        NodeHealth health = ProtocolJson.decode(Body.ofUtf8(json), NodeHealth.class);

        assertThat(health.stateAt(NOW)).isEqualTo(NodeHealth.State.UNKNOWN);
    }

    @Test
    void aNodeIsReadBackAndItsJsonIsForPeople() throws Exception {
        var node = new RegisteredNode(GPU, RegisteredNode.Origin.FILE, NOW);

        Body json = ProtocolJson.encode(node);

        assertThat(ProtocolJson.decode(json, RegisteredNode.class)).isEqualTo(node);
        assertThat(json.utf8())
                .contains("\"pool\":\"default\"")
                .contains("\"url\":\"http://127.0.0.1:9001\"")
                .contains("\"rpm\":600")
                .contains("\"bpm\":50000000")
                .contains("\"max_in_flight\":32")
                .contains("\"credential\":\"openai-main\"")
                .contains("\"changed_at\":\"2026-11-21T10:00:00Z\"");
    }

    @Test
    void aNodeNeedsNoCredential() throws Exception {
        String json =
                """
                {"spec": {"id": "a", "pool": "p", "url": "http://h:1", "rpm": 1, "bpm": 2,
                          "max_in_flight": 3, "something_newer": true},
                 "origin": "api", "changed_at": "2026-11-21T10:00:00Z"}
                """;

        RegisteredNode node = ProtocolJson.decode(Body.ofUtf8(json), RegisteredNode.class);

        assertThat(node.spec().credential()).isEmpty();
        assertThat(node.origin()).isEqualTo(RegisteredNode.Origin.API);
        assertThat(ProtocolJson.decode(ProtocolJson.encode(node), RegisteredNode.class))
                .isEqualTo(node);
    }

    @Test
    void healthAndWorkersAreReadBack() throws Exception {
        var worker =
                new WorkerInfo(
                        "w1",
                        "http://127.0.0.1:7300",
                        "secret",
                        List.of(new WorkerInfo.OwnedShard(3, 17)),
                        List.of("w2"),
                        List.of(),
                        NOW,
                        NOW);

        assertThat(ProtocolJson.decode(ProtocolJson.encode(health()), NodeHealth.class))
                .isEqualTo(health());
        assertThat(ProtocolJson.decode(ProtocolJson.encode(worker), WorkerInfo.class))
                .isEqualTo(worker);
        assertThat(ProtocolJson.encode(health()).utf8())
                .contains("\"checked_at\"", "\"latency_ms\":12", "\"interval_ms\":2000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "no json",
                "{\"spec\": null, \"origin\": \"FILE\", \"changed_at\": \"2026-11-21T10:00:00Z\"}",
                "{\"spec\": {\"id\": \"a\"}, \"origin\": \"FILE\"}"
            })
    void whatIsNoNodeIsUnreadable(String json) {
        assertThatThrownBy(() -> ProtocolJson.decode(Body.ofUtf8(json), RegisteredNode.class))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageStartingWith("not a RegisteredNode");
        assertThatThrownBy(() -> ProtocolJson.decode(Body.ofUtf8(json), NodeHealth.class))
                .isInstanceOf(UnreadableRecordException.class);
    }

    private static NodeHealth health() {
        return new NodeHealth(
                "gpu-a",
                NodeHealth.State.UNHEALTHY,
                NOW,
                NOW.minusSeconds(60),
                12,
                "status 503",
                2_000);
    }
}

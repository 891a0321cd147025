package dev.sluice.worker.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeHealth.State;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CredentialsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "api.example.com,      https://api.example.com",
        "api.example.com,      https://API.Example.com:8443/v1",
        "API.EXAMPLE.COM,      https://api.example.com",
        "api.example.com:443,  https://api.example.com",
        "api.example.com:8443, https://api.example.com:8443/v1",
        "*.example.com,        https://api.example.com",
        "*.example.com,        https://a.b.example.com",
        "*.example.com:8443,   https://a.example.com:8443",
        "10.0.0.7,             https://10.0.0.7",
        "[::1]:9001,           http://[::1]:9001",
        "127.0.0.1,            http://127.0.0.1:9001",
        "localhost:80,         http://localhost",
    })
    void goesToItsHosts(String host, String url) {
        assertThat(credential(host, false).objection(URI.create(url))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com,      https://example.com",
        "api.example.com,      https://api.example.com.evil.org",
        "api.example.com,      https://evilapi.example.com",
        "api.example.com,      https://api.example.com@evil.org",
        "api.example.com,      https://evil.org/api.example.com",
        "api.example.com,      https://api.example.com.",
        "api.example.com:443,  https://api.example.com:8443",
        "api.example.com:8443, https://api.example.com",
        "*.example.com,        https://example.com",
        "*.example.com,        https://evilexample.com",
        "*.example.com,        https://example.com.evil.org",
        "10.0.0.7,             https://110.0.0.7",
        "127.0.0.1,            http://127.0.0.2",
    })
    void goesToNoOtherHost(String host, String url) {
        assertThat(credential(host, true).objection(URI.create(url)))
                .hasValueSatisfying(why -> assertThat(why).contains("may not go to", host));
    }

    @ParameterizedTest
    @CsvSource({
        "api.example.com,     http://api.example.com",
        "127.0.0.1.evil.org,  http://127.0.0.1.evil.org",
        "localhost.evil.org,  http://localhost.evil.org",
        "10.0.0.7,            http://10.0.0.7",
    })
    void leavesThisMachineEncryptedUnlessItSaysOtherwise(String host, String url) {
        assertThat(credential(host, false).objection(URI.create(url)))
                .hasValueSatisfying(why -> assertThat(why).contains("https", "allow_http"));
        assertThat(credential(host, true).objection(URI.create(url))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "*",
        "*.",
        "*.0.0.1",
        "'a b'",
        "a:0",
        "a:65536",
        "a:",
        "http://a",
        "a/b",
        ".a",
        "a..b",
        "-a",
        "a*b",
        "::1",
        "''"
    })
    void whatIsNoHostIsRefused(String text) {
        assertThat(HostRule.parse(text)).isEmpty();
    }

    @Test
    void theDirectoryGoesBeforeTheFileAndTheFileBeforeTheEnvironment() {
        var credentials =
                new Credentials(
                        List.of(
                                place(Map.of("a.b", "dir")),
                                place(Map.of("a.b", "file", "c", "file"))),
                        place(Map.of("A_B", "env", "C", "env", "D_E", "env")));

        assertThat(value(credentials, "a.b")).isEqualTo("Bearer dir");
        assertThat(value(credentials, "c")).isEqualTo("Bearer file");
        assertThat(value(credentials, "d-e")).isEqualTo("Bearer env");
        assertThat(credentials.permission(node("x", "f")))
                .isEqualTo(
                        new Permission.Withheld(
                                "credential 'f' is not there: put it into the secrets directory or"
                                        + " file (credentials.dir, credentials.file), or set"
                                        + " SLUICE_CREDENTIAL_F"));
    }

    @Test
    void aNodeThatNamesNoneNeedsNone() {
        var none = new Credentials(List.of(), Place.EMPTY);

        assertThat(none.permission(node("x", null))).isEqualTo(new Permission.NotNeeded());
    }

    @Test
    void aBrokenOneLeavesInForceWhatWasThereAndWithoutThatItsNodesGetNothing() {
        Entry broken = CredentialText.parse("a", "sk-2", Optional.empty(), "x", "here");
        Place before = place(Map.of("a", "old", "gone", "old"));
        Place after = before.now(Map.of("a", broken, "b", broken));
        var credentials = new Credentials(List.of(after), Place.EMPTY);

        assertThat(value(credentials, "a")).isEqualTo("Bearer old");
        assertThat(credentials.permission(node("x", "b")))
                .asString()
                .contains("credential 'b' cannot be used: hosts are missing", "here");
        assertThat(credentials.permission(node("x", "gone")).toString()).contains("is not there");
        assertThat(credentials.problems())
                .hasSize(2)
                .anyMatch(p -> p.startsWith("credential 'a' (here): hosts are missing"))
                .anyMatch(p -> p.endsWith("the value from before stays"))
                .anyMatch(p -> p.endsWith("its nodes get no requests"));
        assertThat(after.unreadable("it is away").entries()).isEqualTo(after.entries());
    }

    @Test
    void forTheGatesANodeWithoutItsCredentialIsUnhealthy() {
        var credentials = new Credentials(List.of(place(Map.of("there", "sk"))), Place.EMPTY);
        var found = new NodeHealth("ok", State.HEALTHY, NOW, NOW, 1, "status 200", 1_000);
        var nodes =
                List.of(
                        node("ok", "there"),
                        node("free", null),
                        node("new", "there"),
                        node("lacks", "missing"));
        var known =
                Map.of(
                        "ok",
                        found,
                        "lacks",
                        new NodeHealth("lacks", State.HEALTHY, NOW, NOW, 1, "", 1_000));

        Map<String, NodeHealth> health = GateHealth.of(nodes, known, credentials, NOW);

        assertThat(health).containsOnlyKeys("ok", "new", "lacks").containsEntry("ok", found);
        Instant nextYear = NOW.plusSeconds(365 * 86_400);
        assertThat(state(health, "lacks", nextYear)).isEqualTo(State.UNHEALTHY);
        assertThat(state(health, "new", NOW)).isEqualTo(State.UNKNOWN);
    }

    /** It is used with each attempt, and takes a while to make. */
    @Test
    void theMaskIsMadeWithTheCredentialAndNotAgain() {
        var credentials = new Credentials(List.of(place(Map.of("x", "token-123"))), Place.EMPTY);

        assertThat(mask(credentials, "x")).isSameAs(mask(credentials, "x"));
        assertThat(credential("h", false)).isEqualTo(credential("h", false));
    }

    private static Mask mask(Credentials credentials, String name) {
        return ((Permission.Granted) credentials.permission(node("x", name))).credential().mask();
    }

    @Test
    void theSecretIsMaskedWhereverItStandsAndLengthsStay() {
        Mask mask = credential("h", false).mask();

        byte[] body = "token-12token-123 a token-123\u00e9token-123".getBytes(UTF_8);
        mask.over(body);
        assertThat(new String(body, UTF_8))
                .isEqualTo("token-12********* a *********\u00e9*********");
        assertThat(mask.over("Bearer token-123")).isEqualTo("Bearer *********");
        byte[] shorter = "token-12".getBytes(UTF_8);
        mask.over(shorter);
        assertThat(new String(shorter, UTF_8)).isEqualTo("token-12");
        byte[] any = "anything".getBytes(UTF_8);
        Mask.NONE.over(any);
        assertThat(new String(any, UTF_8)).isEqualTo("anything");
    }

    private static Credential credential(String host, boolean allowHttp) {
        return new Credential(
                "x",
                "Authorization",
                "Bearer token-123",
                List.of(HostRule.parse(host).orElseThrow()),
                allowHttp);
    }

    private static Place place(Map<String, String> tokens) {
        var entries = new java.util.TreeMap<String, Entry>();
        tokens.forEach(
                (name, token) ->
                        entries.put(
                                name,
                                CredentialText.parse(
                                        name, token, Optional.of("api.example.com"), "", "here")));
        return Place.EMPTY.now(entries);
    }

    private static String value(Credentials credentials, String name) {
        return ((Permission.Granted) credentials.permission(node("x", name))).credential().value();
    }

    private static State state(Map<String, NodeHealth> health, String node, Instant at) {
        return Optional.ofNullable(health.get(node)).orElseThrow().stateAt(at);
    }

    private static NodeSpec node(String id, @Nullable String credential) {
        return new NodeSpec(
                id,
                PoolName.DEFAULT,
                URI.create("https://api.example.com/v1"),
                60,
                60,
                1,
                Optional.ofNullable(credential));
    }
}

package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.worker.credentials.Permission;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes out is what came in, byte for byte, as a bare socket sees it. */
class TargetTest {

    private NodeSender sender;

    @BeforeEach
    void start() throws Exception {
        var limits =
                new NodeSender.Limits(
                        Duration.ofSeconds(30), Duration.ofSeconds(10), 1_000, 64 * 1024);
        sender =
                NodeSender.start(
                        limits,
                        spec -> new Permission.NotNeeded(),
                        NanoClock.SYSTEM,
                        InstantSource.system());
    }

    @AfterEach
    void stop() {
        sender.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "///",
                "//public/admin/delete",
                "//public?x=1",
                "//public:80/x",
                "//user@host/x",
                "//[::1]/x",
                "//?",
                "///a",
                "/a//b",
                "/a//",
                "/%2F%2f",
                "/a;b=1",
                "/a;b=1/c;d",
                "/x?",
                "/?",
                "/?x",
                "/x?a?b",
                "/x?a=b&&c==d&",
                "/x??",
                "/x?//y",
                "/x?http://elsewhere/",
                "/http://elsewhere/",
                "/http:x",
                "/a:b",
                "/x?a|b",
                "/x?{a}",
                "/x?a[]=1",
                "/a%00b",
                "/x?a=100%",
                "/x?%zz",
                "/a%20b+c",
                "/~a!$&'()*+,;=:@",
                "/%C3%A9",
                "/*",
                "/a\\b",
                "/\"quoted\"",
                "/a^b`c"
            })
    void theTargetGoesOutAsItCame(String target) throws Exception {
        assertThat(requestLine(target, "")).isEqualTo("GET " + target + " HTTP/1.1");
        assertThat(requestLine(target, "/base")).isEqualTo("GET /base" + target + " HTTP/1.1");
        assertThat(requestLine(target, "/")).isEqualTo("GET " + target + " HTTP/1.1");
        assertThat(requestLine(target, "/a%2Fb/")).isEqualTo("GET /a%2Fb" + target + " HTTP/1.1");
    }

    @Test
    void theHostIsTheNodesWhateverTheTargetSays() throws Exception {
        try (var node = node()) {
            send(node.uri(), "//public/x");
            assertThat(field(node, "host")).isEqualTo(node.uri().getAuthority());
        }
    }

    @Test
    void eachRequestSaysHowOftenItHasPassedThroughASluice() throws Exception {
        try (var node = node()) {
            send(node.uri(), "/");
            assertThat(field(node, "sluice-hops")).isEqualTo("1");
        }
        try (var node = node()) {
            send(node.uri(), "/", new HttpHeader("sluice-hops", "4"));
            assertThat(field(node, "sluice-hops")).isEqualTo("5");
        }
        try (var node = node()) {
            send(node.uri(), "/", new HttpHeader("Sluice-Hops", "none"));
            assertThat(field(node, "sluice-hops")).isEqualTo("1");
        }
    }

    @Test
    void fieldsThatTheIngressTookGoOutHoweverManyTheyAre() throws Exception {
        String large = "x".repeat(1_000_000);
        try (var node = node()) {
            var attempt = send(node.uri(), "/", new HttpHeader("Large", large));
            assertThat(attempt.word()).isEqualTo("200 polite");
            assertThat(field(node, "large")).isEqualTo(large);
        }
    }

    private static RawNode node() throws Exception {
        return RawNode.answering(link -> link.send(RawNode.POLITE));
    }

    private String requestLine(String target, String base) throws Exception {
        try (var node = node()) {
            assertThat(send(URI.create(node.uri() + base), target).word()).isEqualTo("200 polite");
            return node.heads().getFirst().lines().findFirst().orElseThrow();
        }
    }

    private Attempted send(URI node, String target, HttpHeader... fields) throws Exception {
        var attempt = Attempted.send(sender, node, Attempted.request("GET", target, 0, fields));
        attempt.outcome();
        return attempt;
    }

    /** The one field of this name of the first request. */
    private static String field(RawNode node, String name) {
        var values =
                node.heads()
                        .getFirst()
                        .lines()
                        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                        .map(line -> line.substring(name.length() + 1).strip())
                        .toList();
        assertThat(values).hasSize(1);
        return values.getFirst();
    }
}

package dev.sluice.ingress.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class RouteTableTest {

    private static final PoolName GPU = new PoolName("gpu");

    private static Route proxy(String name, String prefix, String url, String path) {
        return new Route(
                name,
                prefix,
                Optional.of(path).filter(p -> !p.isEmpty()),
                new Target.Proxy(URI.create(url), true, true));
    }

    private static final RouteTable TABLE =
            new RouteTable(
                    List.of(
                            proxy("root", "/", "http://root", ""),
                            proxy("api", "/api", "http://api:1/v2/", ""),
                            proxy("deep", "/api/deep/", "http://deep", "/"),
                            new Route(
                                    "chat",
                                    "/chat",
                                    Optional.of("/v1/chat"),
                                    new Target.Queue(GPU, 30, false)),
                            new Route(
                                    "blog",
                                    "/blog",
                                    Optional.empty(),
                                    new Target.Unset("BLOG_SERVICE_URL"))));

    private static String where(String path) {
        return switch (TABLE.route("GET", path, null)) {
            case Destination.Own own -> own.queue() ? "own queue" : "own";
            case Destination.Proxied to -> to.to().place() + " " + to.target();
            case Destination.Queued to -> to.to().pool() + " " + to.path();
            case Destination.NotConfigured to -> to.unset().variable();
            case Destination.Refused to -> "refused";
        };
    }

    @Test
    void theLongestPrefixOfWholeSegmentsWins() {
        assertThat(where("/")).isEqualTo("http://root /");
        assertThat(where("/apis")).isEqualTo("http://root /apis");
        assertThat(where("/api")).isEqualTo("http://api:1 /v2/api");
        assertThat(where("/api/x")).isEqualTo("http://api:1 /v2/api/x");
        assertThat(where("/api/deeper")).isEqualTo("http://api:1 /v2/api/deeper");
        assertThat(where("/blog/x")).isEqualTo("BLOG_SERVICE_URL");
    }

    @Test
    void thePathOfTheRouteStandsInPlaceOfThePrefix() {
        assertThat(where("/api/deep")).isEqualTo("http://deep /");
        assertThat(where("/api/deep/")).isEqualTo("http://deep /");
        assertThat(where("/api/deep/a/b")).isEqualTo("http://deep /a/b");
        assertThat(where("/chat")).isEqualTo("gpu /v1/chat");
        assertThat(where("/chat/x")).isEqualTo("gpu /v1/chat/x");
    }

    @Test
    void callsOfTheIngressGoBeforeAllRoutes() {
        for (String path :
                List.of("/stats", "/stats/", "/metrics", "/health", "/api/ws-heartbeat")) {
            assertThat(where(path)).as(path).isEqualTo("own");
        }
        assertThat(where("/requests/x/response")).isEqualTo("own");
        assertThat(where("/queue/p/x")).isEqualTo("own queue");
        assertThat(TABLE.route("POST", "/", null)).isEqualTo(new Destination.Own(true));
        assertThat(where("/stats/stream")).startsWith("http://root");
        assertThat(where("/queues")).startsWith("http://root");
    }

    @Test
    void pathsAreComparedAsTheyWereWritten() {
        assertThat(where("/%61pi/x")).isEqualTo("http://root /%61pi/x");
        assertThat(where("//api")).isEqualTo("http://root //api");
        assertThat(where("/api;a=b/x")).isEqualTo("http://root /api;a=b/x");
    }

    @Test
    void whatWouldLeadElsewhereIsRefused() {
        for (String path :
                List.of("*", "", "/api/../x", "/api/%2e%2E;x/y", "/é", "/a b", "//a|b")) {
            assertThat(where(path)).as(path).isEqualTo("refused");
        }
    }

    @Property
    void aPathBelowAPrefixKeepsItsRestAndQuery(
            @ForAll @AlphaChars @Chars({'/', '-', ';'}) @StringLength(max = 20) String rest,
            @ForAll @AlphaChars @Chars({'&', '=', '/'}) @StringLength(max = 10) String query) {
        assertThat(TABLE.route("GET", "/api/deep/" + rest, query))
                .isInstanceOfSatisfying(
                        Destination.Proxied.class,
                        to -> {
                            assertThat(to.route().name()).isEqualTo("deep");
                            assertThat(to.target()).isEqualTo("/" + rest + "?" + query);
                        });
    }

    @Test
    void aTableHasARouteForEverythingAndNoTwoForOnePrefix() {
        Route root = proxy("root", "/", "http://root", "");
        assertThatThrownBy(() -> new RouteTable(List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RouteTable(List.of(root, root)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy("a", "/a/../b", "http://a", ""))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> proxy("a", "/a", "http://me:secret@a", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void tellsOfTheClientAsTheRfcWantsIt() {
        assertThat(new Forwarded("10.0.0.1", Optional.of("a:80"), "http").element())
                .isEqualTo("for=10.0.0.1;host=\"a:80\";proto=http");
        var six = new Forwarded("[2001:db8::1]", Optional.empty(), "https");
        assertThat(six.element()).isEqualTo("for=\"[2001:db8::1]\";proto=https");
        assertThat(six.address()).isEqualTo("2001:db8::1");
        assertThat(new Forwarded("10.0.0.1", Optional.of("a\"b\\"), "http").element())
                .contains("host=\"a\\\"b\\\\\"");
    }
}

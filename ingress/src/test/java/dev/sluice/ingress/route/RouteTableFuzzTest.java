package dev.sluice.ingress.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A table of routes, a prefix on each line after the first, and a request's path on the first. */
class RouteTableFuzzTest {

    private static final Target QUEUE = new Target.Queue(PoolName.DEFAULT, 0, false);
    private static final Target PROXY =
            new Target.Proxy(URI.create("http://service:80/base/"), true, true);

    @FuzzTest
    void theLongestPrefixServesWhatIsBelowItAndNothingElse(byte[] input) {
        String[] lines = new String(input, StandardCharsets.ISO_8859_1).split("\n", 6);
        String path = lines[0];
        RouteTable table = table(lines);
        switch (table.route("GET", path, null)) {
            case Destination.Refused refused -> assertThat(refused.toString()).isNotBlank();
            case Destination.Own own -> assertThat(RouteTable.ownCallAt(path)).isPresent();
            case Destination.NotConfigured none ->
                    throw new IllegalStateException("all are configured: " + none);
            case Destination.Queued(Route route, Target.Queue to, String out) -> {
                isLongest(table, route, path);
                assertThat(out).startsWith("/");
            }
            case Destination.Proxied(Route route, Target.Proxy to, String out) -> {
                isLongest(table, route, path);
                assertThat(out).startsWith("/base/").matches("[!-~]+");
                assertThat(out).doesNotContain("/../").doesNotEndWith("/..");
                assertThat(out).endsWith(path.substring(route.prefix().length()));
            }
        }
    }

    private static RouteTable table(String[] lines) {
        var routes = new ArrayList<Route>(List.of(new Route("all", "/", Optional.empty(), PROXY)));
        for (int i = 1; i < lines.length; i++) {
            if (Route.isPath(lines[i])) {
                Optional<String> path = i % 2 == 0 ? Optional.of("/v1") : Optional.empty();
                var route = new Route("r" + i, lines[i], path, i < 3 ? QUEUE : PROXY);
                if (routes.stream().noneMatch(r -> r.prefix().equals(route.prefix()))) {
                    routes.add(route);
                }
            }
        }
        return new RouteTable(routes);
    }

    private static void isLongest(RouteTable table, Route chosen, String path) {
        for (Route route : table.routes()) {
            String prefix = route.prefix().equals("/") ? "" : route.prefix();
            boolean serves = path.equals(prefix) || path.startsWith(prefix + "/");
            if (serves) {
                assertThat(chosen.prefix().length())
                        .isGreaterThanOrEqualTo(route.prefix().length());
            }
            assertThat(route.equals(chosen) && !serves).isFalse();
        }
    }
}

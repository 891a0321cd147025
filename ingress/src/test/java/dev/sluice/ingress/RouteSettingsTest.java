package dev.sluice.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import dev.sluice.ingress.route.Route;
import dev.sluice.ingress.route.RouteTable;
import dev.sluice.ingress.route.Target;
import dev.sluice.protocol.PoolName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteSettingsTest {

    private static RouteTable read(Map<String, String> variables) {
        var settings = Settings.of(variables, Map.of());
        RouteTable routes = RouteSettings.read(settings, 300);
        settings.check(Set.of("lb"));
        return routes;
    }

    private static Route of(RouteTable table, String prefix) {
        return table.routes().stream()
                .filter(route -> route.prefix().equals(prefix))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void hasThreeRoutesOfItself() {
        RouteTable table = read(Map.of("API_GATEWAY_URL", "https://gw.example/base"));
        assertThat(of(table, "/api").target())
                .isEqualTo(new Target.Proxy(URI.create("https://gw.example/base"), true, true));
        assertThat(of(table, "/blog").target()).isEqualTo(new Target.Unset("BLOG_SERVICE_URL"));
        assertThat(of(table, "/").target())
                .isEqualTo(new Target.Proxy(URI.create("http://127.0.0.1:7200"), true, true));
    }

    @Test
    void readsRoutesFromVariables() {
        RouteTable table =
                read(
                        Map.of(
                                "LB_ROUTES_MY_CHAT_PREFIX", "/chat/",
                                "LB_ROUTES_MY_CHAT_POOL", "gpu",
                                "LB_ROUTES_MY_CHAT_PATH", "/v1",
                                "LB_ROUTES_MY_CHAT_WAIT_SECONDS", "30",
                                "LB_ROUTES_MY_CHAT_FORWARD_AUTHORIZATION", "true",
                                "LB_PROXY_HOST", "upstream",
                                "BLOG_SERVICE_URL", "http://blog"));
        Route chat = of(table, "/chat");
        assertThat(chat.name()).isEqualTo("my-chat");
        assertThat(chat.path()).hasValue("/v1");
        assertThat(chat.target()).isEqualTo(new Target.Queue(new PoolName("gpu"), 30, true));
        assertThat(of(table, "/blog").target())
                .isEqualTo(new Target.Proxy(URI.create("http://blog"), true, false));
    }

    @Test
    void readsRoutesFromTheFileAndLetsThemTakeThePlaceOfTheThree(@TempDir Path dir)
            throws IOException {
        Path file =
                Files.writeString(
                        dir.resolve("settings.yaml"),
                        """
                        lb:
                          routes:
                            api:
                              prefix: /api
                              pool: default
                              wait-seconds: 20
                            everything:
                              prefix: /
                              url: http://web:80
                              forward_authorization: false
                        """);
        RouteTable table = read(Map.of("SLUICE_SETTINGS", file.toString()));
        assertThat(of(table, "/api").target())
                .isEqualTo(new Target.Queue(PoolName.DEFAULT, 20, false));
        assertThat(of(table, "/").target())
                .isEqualTo(new Target.Proxy(URI.create("http://web:80"), false, true));
        assertThat(table.routes()).hasSize(3);
    }

    @Test
    void reportsAllMistakesAtOnceAndNoPassword() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.ofEntries(
                                                Map.entry("LB_ROUTES_A_PREFIX", "/a%20b"),
                                                Map.entry("LB_ROUTES_A_POOL", "No Pool"),
                                                Map.entry("LB_ROUTES_B_PREFIX", "/queue/x"),
                                                Map.entry("LB_ROUTES_B_URL", "http://u:pw1@b"),
                                                Map.entry("LB_ROUTES_C_PREFIX", "/c"),
                                                Map.entry("LB_ROUTES_D_PREFIX", "/c/"),
                                                Map.entry("LB_ROUTES_D_URL", "ftp://pw2@d"),
                                                Map.entry("LB_ROUTES_D_WAIT_SECONDS", "3"),
                                                Map.entry("LB_ROUTES_E_POOL", "p"),
                                                Map.entry("LB_ROUTES_E_WAIT_SECONDS", "301"),
                                                Map.entry("LB_ROUTES_F_NONSENSE", "1"),
                                                Map.entry("LB_ROUTES_G_PREFIX", "/g"),
                                                Map.entry("LB_ROUTES_G_URL", "//g"),
                                                Map.entry("DASHBOARD_UI_URL", "http://x?y"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("lb.routes.a.prefix")
                .hasMessageContaining("lb.routes.a.pool")
                .hasMessageContaining("/queue is the ingress's own")
                .hasMessageContaining("must not hold a name or a password")
                .hasMessageContaining("lb.routes.c (LB_ROUTES_C): must have a url")
                .hasMessageContaining("lb.routes.d.url")
                .hasMessageContaining("lb.routes.d.wait-seconds")
                .hasMessageContaining("lb.routes.e.prefix (LB_ROUTES_E_PREFIX): is missing")
                .hasMessageContaining("lb.routes.e.wait-seconds")
                .hasMessageContaining("lb.routes.f.nonsense")
                .hasMessageContaining("lb.routes.g.url")
                .hasMessageContaining("DASHBOARD_UI_URL")
                .hasMessageNotContaining("pw1")
                .hasMessageNotContaining("pw2");
    }

    @Test
    void refusesTwoRoutesOfOnePrefix() {
        assertThatThrownBy(
                        () ->
                                read(
                                        Map.of(
                                                "LB_ROUTES_A_PREFIX", "/x",
                                                "LB_ROUTES_A_POOL", "p",
                                                "LB_ROUTES_B_PREFIX", "/x/",
                                                "LB_ROUTES_B_POOL", "p")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("'/x/' is the prefix of the route 'a'");
    }
}

package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.settings.SettingsException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

    private static AllowedHosts read(String... keysAndValues) {
        var over = new java.util.HashMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            over.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        var settings = Settings.of(Map.of(), over);
        AllowedHosts hosts = AllowedHosts.read(settings, "lb");
        settings.check(Set.of("lb"));
        return hosts;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "203.0.113.9",
                "::1",
                "[::1]",
                "[2001:db8::1]",
                "localhost",
                "LOCALHOST",
                "localhost.",
                "a.localhost",
                "ingress",
                "Ingress",
                "stats_aggregator",
                "worker-3.workers.ns.svc",
                "host.docker.internal",
                "ip-10-0-0-1.ec2.internal."
            })
    void allowsAddressesAndNamesThatNoPublicNameServerHas(String host) {
        assertThat(read().allows(host)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "EVIL.example.",
                "127.0.0.1.evil.example",
                "127.0.0.1.nip.io",
                "localhost.evil.example",
                "1.2.3.4.5",
                "svc.example",
                "xlocalhost.example",
                "printer.local",
                "x.svc.cluster.local",
                "a..b",
                ".",
                "",
                "-x.y",
                "a b",
                "ä.example"
            })
    void allowsNoOther(String host) {
        assertThat(read().allows(host)).isFalse();
    }

    @Test
    void allowsWhatIsListedByNameAndBelowAName() {
        AllowedHosts hosts = read("lb.hosts", " Sluice.example. , *.apps.example,");
        assertThat(hosts.allows("sluice.EXAMPLE")).isTrue();
        assertThat(hosts.allows("a.sluice.example")).isFalse();
        assertThat(hosts.allows("a.apps.example")).isTrue();
        assertThat(hosts.allows("a.b.apps.example")).isTrue();
        assertThat(hosts.allows("apps.example")).isFalse();
        assertThat(hosts.allows("evilapps.example")).isFalse();
        assertThat(read("lb.hosts", "*").allows("evil.example")).isTrue();
    }

    @Test
    void allowsWhereItIsReachedAndWhereItListens() {
        AllowedHosts hosts = read("lb.advertised-url", "https://lb-1.Site.example:7100");
        assertThat(hosts.allows("lb-1.site.example")).isTrue();
        assertThat(hosts.allows("lb-2.site.example")).isFalse();
        assertThat(hosts.and("lb.site.example").allows("lb.site.example")).isTrue();
        assertThat(hosts.and("lb.site.example").allows("lb-1.site.example")).isTrue();
        assertThat(hosts.and("0.0.0.0").allows("evil.example")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:7100", "http://a", "a b", "*evil.example", "a.*.example", "**"})
    void refusesWhatIsNoName(String text) {
        assertThatThrownBy(() -> read("lb.hosts", text))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("lb.hosts")
                .hasMessageContaining("without ports");
    }

    @Test
    void saysWhichSettingItIs() {
        Problem problem = new AllowedHosts("lb.hosts", List.of()).problem("evil\u0000.example");
        assertThat(problem.status()).isEqualTo(421);
        assertThat(problem.detail()).contains("lb.hosts (LB_HOSTS)", "evil?.example");
    }
}

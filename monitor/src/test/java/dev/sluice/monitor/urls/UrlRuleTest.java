package dev.sluice.monitor.urls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.monitor.urls.UrlRule.Own;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlRuleTest {

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254",
                "http://169.254.169.254:8080/latest",
                "https://169.254.1.2",
                "http://[fe80::1]:9000",
                "http://[fe80::1%25eth0]:9000",
                "http://[::ffff:169.254.169.254]",
                "http://[::ffff:a9fe:a9fe]",
                "http://[0:0:0:0:0:ffff:a9fe:a9fe]",
                "http://[::a9fe:a9fe]",
                "http://[64:ff9b::a9fe:a9fe]",
                "http://[2002:a9fe:a9fe::1]",
                "http://[fd00:ec2::254]",
                "http://[FD00:EC2:0::254]",
                "http://[fd00:ec2::23]",
                "http://[fd00:ec2:1::7]",
                "http://100.100.100.200",
                "http://168.63.129.16",
                "http://metadata.google.internal",
                "http://metadata.google.internal.",
                "http://METADATA.Google.Internal:80/",
                "http://metadata/computeMetadata",
                "http://0.0.0.0:7100",
                "http://0.1.2.3",
                "http://[::]:7100",
                "http://224.0.0.1",
                "http://[ff02::1]"
            })
    void whereNoNodeIsIsRefused(String url) {
        assertThat(refusal(url)).as(url).isPresent();
        assertThat(refusal(url).orElseThrow()).contains(url, "monitor.allow-urls");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2852039166",
                "0xA9FEA9FE",
                "0xa9.0xfe.0xa9.0xfe",
                "0251.0376.0251.0376",
                "169.254.43518",
                "169.16689662",
                "0251.254.169.254"
            })
    void theNotationsOfAnAddressThatSomeReadersKnowAreOne(String host) {
        assertThat(UrlRule.addresses(host.toLowerCase(java.util.Locale.ROOT), List.of()))
                .as(host)
                .contains(InetAddress.ofLiteral("169.254.169.254"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:9001",
                "http://localhost:9001",
                "http://[::1]:9001",
                "http://10.0.0.7:9001",
                "http://192.168.1.7",
                "http://[fd00::7]:9001",
                "http://[fd00:ec3::254]:9001",
                "https://api.openai.com",
                "http://metadata.example.com",
                "http://100.100.100.201",
                "http://gpu-a:9001"
            })
    void whereNodesAreIsAllowed(String url) {
        assertThat(refusal(url)).as(url).isEmpty();
    }

    @Test
    void aNameIsWhatItLeadsTo() {
        URI url = URI.create("http://innocent.example");
        var where = List.of(InetAddress.ofLiteral("10.0.0.7"), InetAddress.ofLiteral("fe80::7"));
        assertThat(UrlRule.refusal(url, where.subList(0, 1), List.of(), List.of())).isEmpty();
        assertThat(UrlRule.refusal(url, where, List.of(), List.of()))
                .hasValueSatisfying(why -> assertThat(why).contains("fe80", "link-local"));
    }

    @Test
    void ourOwnPortsAreRefusedUnderEveryNameOfTheirHost() {
        var own =
                List.of(
                        new Own("ingress", "127.0.0.1", 7100, true),
                        new Own("ingress", "sluice.example", 80, false));
        for (String here : List.of("http://127.0.0.1:7100", "http://127.9.9.9:7100/x")) {
            assertThat(UrlRule.refusal(URI.create(here), List.of(), List.of(LOOPBACK), own))
                    .as(here)
                    .hasValueSatisfying(why -> assertThat(why).contains("own ingress", "7100"));
        }
        URI other = URI.create("http://127.0.0.1:7101");
        assertThat(UrlRule.refusal(other, List.of(), List.of(LOOPBACK), own)).isEmpty();
        URI elsewhere = URI.create("http://10.0.0.7:7100");
        assertThat(UrlRule.refusal(elsewhere, List.of(), List.of(), own)).isEmpty();
        URI named = URI.create("http://SLUICE.example.");
        assertThat(UrlRule.refusal(named, List.of(), List.of(), own)).isPresent();
    }

    private static Optional<String> refusal(String url) {
        return UrlRule.refusal(URI.create(url), List.of(), List.of(), List.of());
    }
}

package dev.sluice.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialTextTest {

    @Test
    void oneWordIsABearerTokenWhoseHostsStandBesideIt() {
        Credential token = good(parse(" sk-abc_9.~+/= \n", "api.example.com,\n*.example.org:8443"));

        assertThat(token.header()).isEqualTo("Authorization");
        assertThat(token.value()).isEqualTo("Bearer sk-abc_9.~+/=");
        assertThat(token.secret()).isEqualTo("sk-abc_9.~+/=");
        assertThat(token.hosts().toString()).isEqualTo("[api.example.com, *.example.org:8443]");
        assertThat(token.allowHttp()).isFalse();
    }

    @Test
    void yamlMayNameTheHeaderAndAllowHttp() {
        String yaml =
                """
                header: X-Api-Key
                value: "12345"
                hosts: [API.example.com, 10.0.0.7:8080]
                allow_http: true
                """;
        Credential key = good(parse(yaml, null));

        assertThat(key.header()).isEqualTo("X-Api-Key");
        assertThat(key.value()).isEqualTo("12345");
        assertThat(key.hosts().toString()).isEqualTo("[api.example.com, 10.0.0.7:8080]");
        assertThat(key.allowHttp()).isTrue();
    }

    @Test
    void yamlWithoutAHeaderIsABearerTokenAndJsonIsYaml() {
        assertThat(good(parse("value: sk-1\nhosts: a.example.com b.example.com\n", null)))
                .isEqualTo(
                        good(
                                parse(
                                        "{\"value\":\"sk-1\",\"hosts\":[\"a.example.com\","
                                                + "\"b.example.com\"]}",
                                        null)))
                .extracting(Credential::value)
                .isEqualTo("Bearer sk-1");
        Credential basic =
                good(parse("header: Authorization\nvalue: Basic dXNlcg==\nhosts: [h]", null));
        assertThat(basic.value()).isEqualTo("Basic dXNlcg==");
        assertThat(basic.secret()).isEqualTo("dXNlcg==");
    }

    @Test
    void aCredentialWithoutHostsIsRefusedAndToldWhereToWriteThem() {
        assertThat(parse("sk-1", null).problems())
                .containsExactly(
                        "hosts are missing: write where it may be sent to, as a file x.hosts");
        assertThat(parse("value: sk-1", null).problems())
                .singleElement()
                .asString()
                .contains("hosts");
        assertThat(parse("value: sk-1\nhosts: []", null).problems()).hasSize(1);
        assertThat(parse("sk-1", " \n").problems()).hasSize(1);
    }

    @Test
    void allMistakesAreNamedAtOnceAndNoneRepeatsWhatMayBeTheSecret() {
        String yaml =
                """
                header: "Bad Header sk-SECRET"
                value: "sk-SECRET\\nsk-SECRET"
                hosts: ["sk-SECRET/x", "api.example.com"]
                allow_http: sk-SECRET
                sk-SECRET: 1
                """;
        Entry entry = parse(yaml, "other.example.com");

        assertThat(entry.credential()).isEmpty();
        assertThat(entry.problems())
                .hasSize(6)
                .anyMatch(p -> p.startsWith("1 unknown key; known are allow_http, header, hosts"))
                .anyMatch(p -> p.startsWith("header must be the name"))
                .anyMatch(p -> p.startsWith("value must be printable"))
                .anyMatch(p -> p.startsWith("hosts are written down twice"))
                .anyMatch(p -> p.startsWith("host 1 of hosts must be a host such as"))
                .anyMatch(p -> p.startsWith("allow_http must be"))
                .noneMatch(p -> p.contains("SECRET"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   \n",
                "Bearer sk-SECRET",
                "- sk-SECRET\n- x",
                "value: 12345678\nhosts: [h]",
                "value: [sk-SECRET]\nhosts: [h]",
                "value: sk-SECRET x\nhosts: [h]",
                "value: sk-SECRET\nvalue: sk-SECRET\nhosts: [h]",
                "value: sk-SECRET\nhosts: [*.example.com]",
                "value: 'sk-SECRET\nhosts: [h]",
                "{value: sk-SECRET, hosts: [h]",
                "sk-SECRET sk-SECRET: x",
                "value: sk-SECRÉT\nhosts: [h]",
                "hosts: [h]",
                "header: Content-Length\nvalue: sk-SECRET\nhosts: [h]",
                "header: HOST\nvalue: sk-SECRET\nhosts: [h]",
                "header: Sluice-Request-Id\nvalue: sk-SECRET\nhosts: [h]"
            })
    void whatIsNoCredentialIsRefusedWithoutShowingIt(String text) {
        Entry entry = parse(text, null);

        assertThat(entry.credential()).isEmpty();
        assertThat(entry.problems()).isNotEmpty().noneMatch(p -> p.contains("sk-"));
    }

    @Test
    void aSecretsFileHoldsAllByName() {
        String yaml =
                """
                credentials:
                  openai-main: {value: sk-1, hosts: [api.openai.com]}
                  partner:
                    header: X-Api-Key
                    value: abc
                    hosts: [api.partner.example]
                  plain: sk-2
                  broken: {value: sk-3}
                """;
        var file = (CredentialText.OfFile.Entries) CredentialText.parseFile(yaml, "f");

        assertThat(file.entries()).containsOnlyKeys("openai-main", "partner", "plain", "broken");
        assertThat(good(entry(file.entries(), "openai-main")).value()).isEqualTo("Bearer sk-1");
        assertThat(good(entry(file.entries(), "partner")).header()).isEqualTo("X-Api-Key");
        assertThat(entry(file.entries(), "plain").problems())
                .containsExactly("it must have value and hosts");
        assertThat(entry(file.entries(), "broken").problems()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sk-SECRET",
                "a: {value: sk-SECRET, hosts: [h]}",
                "credentials: [sk-SECRET]",
                "credentials: {}\nmore: sk-SECRET",
                "credentials: {'sk-SECRET with blanks': {value: x, hosts: [h]}}",
                "credentials:\n  a: {value: sk-SECRET\n"
            })
    void whatIsNoSecretsFileIsRefusedWithoutShowingIt(String text) {
        assertThat(CredentialText.parseFile(text, "f"))
                .isInstanceOf(CredentialText.OfFile.Unreadable.class)
                .extracting(Object::toString)
                .asString()
                .doesNotContain("SECRET");
    }

    @Test
    void noEntryPrintsItsValue() {
        assertThat(parse("sk-SECRET", "h").toString()).contains("h").doesNotContain("SECRET");
        assertThat(List.of(parse("{value: sk-SECRET, hosts: [h]}", null)).toString())
                .doesNotContain("SECRET");
    }

    private static Entry parse(String text, @Nullable String hostsBeside) {
        return CredentialText.parse(
                "x", text, Optional.ofNullable(hostsBeside), "a file x.hosts", "here");
    }

    private static Credential good(Entry entry) {
        assertThat(entry.problems()).isEmpty();
        return entry.credential().orElseThrow();
    }

    private static Entry entry(Map<String, Entry> entries, String name) {
        return Optional.ofNullable(entries.get(name)).orElseThrow();
    }
}

package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.ingress.queue.KeptHeaders.Kept;
import dev.sluice.protocol.HttpHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The header fields of a client, one on each line: no secret and nothing of ours goes on. */
class KeptHeadersFuzzTest {

    private static final int MAX_CHARS = 200;
    private static final KeptHeaders RULE =
            new KeptHeaders(List.of("Authorization", "Cookie", "X-Api-Key"), MAX_CHARS);
    private static final Set<String> NEVER =
            Set.of(
                    "authorization",
                    "cookie",
                    "x-api-key",
                    "connection",
                    "transfer-encoding",
                    "content-length",
                    "host",
                    "te",
                    "upgrade");

    @FuzzTest
    void nothingGoesOnThatMustNot(byte[] input) {
        List<HttpHeader> all = headers(new String(input, StandardCharsets.ISO_8859_1));
        Set<String> connection = new HashSet<>();
        for (HttpHeader header : all) {
            if (header.name().equalsIgnoreCase("Connection")) {
                for (String name : header.value().split(",", -1)) {
                    connection.add(name.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        switch (RULE.keep(all, PreferHeader.NONE)) {
            case Kept.TooLarge large -> assertThat(large.chars()).isGreaterThan(MAX_CHARS);
            case Kept.Headers kept -> {
                assertThat(all.stream().filter(kept.headers()::contains)) // in their order
                        .containsExactlyElementsOf(kept.headers());
                int chars = 0;
                for (HttpHeader header : kept.headers()) {
                    String name = header.name().toLowerCase(Locale.ROOT);
                    chars += name.length() + header.value().length();
                    if (name.equals("sluice-hops")) {
                        continue; // the one of ours that a client's server may have set
                    }
                    assertThat(NEVER).doesNotContain(name);
                    assertThat(name).doesNotStartWith("sluice-").doesNotStartWith("proxy-");
                    assertThat(connection).doesNotContain(name);
                }
                assertThat(chars).isLessThanOrEqualTo(MAX_CHARS);
            }
        }
    }

    private static List<HttpHeader> headers(String text) {
        var headers = new ArrayList<HttpHeader>();
        for (String line : text.split("\n", -1)) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.indexOf('\r') < 0 && line.indexOf('\0') < 0) {
                headers.add(
                        new HttpHeader(
                                line.substring(0, colon), line.substring(colon + 1).strip()));
            }
        }
        return headers;
    }
}

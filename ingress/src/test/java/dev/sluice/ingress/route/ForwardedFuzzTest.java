package dev.sluice.ingress.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What the next server is told of a client: the host is whatever the client says it is. */
class ForwardedFuzzTest {

    @FuzzTest
    void noHostSaysMoreThanAHost(byte[] input) {
        String host = new String(input, StandardCharsets.ISO_8859_1);
        String element = new Forwarded("[::1]", Optional.of(host), "http").element();
        assertThat(element).startsWith("for=\"[::1]\";host=").endsWith(";proto=http");
        String said =
                element.substring(
                        "for=\"[::1]\";host=".length(), element.length() - ";proto=http".length());
        assertThat(read(said)).isEqualTo(host);
        assertThat(Forwarded.appended(List.of("for=a", "for=b"), element))
                .isEqualTo("for=a, for=b, " + element);
    }

    /** A token, or a quoted string (RFC 9110, section 5.6), and nothing behind it. */
    private static String read(String value) {
        if (!value.startsWith("\"")) {
            assertThat(value).matches("[A-Za-z0-9!#$%&'*+.^_`|~-]*");
            return value;
        }
        var text = new StringBuilder();
        int at = 1;
        while (value.charAt(at) != '"') {
            at += value.charAt(at) == '\\' ? 1 : 0;
            text.append(value.charAt(at++));
        }
        assertThat(at).isEqualTo(value.length() - 1);
        return text.toString();
    }
}

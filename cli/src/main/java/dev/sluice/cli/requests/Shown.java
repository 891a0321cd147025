package dev.sluice.cli.requests;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** What of a request or an answer may be shown. */
final class Shown {

    // a route may have them in the log; nobody needs their values to understand a request
    private static final Set<String> SECRETS =
            Set.of(
                    "authorization",
                    "proxy-authorization",
                    "cookie",
                    "set-cookie",
                    "x-api-key",
                    "api-key");

    private Shown() {}

    /** The field's value; asterisks in place of a credential. */
    static String value(HttpHeader header) {
        return SECRETS.stream().anyMatch(header::is) ? "***" : header.value();
    }

    /** The body as text; empty where it is none. */
    static Optional<String> text(Body body) {
        try {
            String text =
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(body.bytes()))
                            .toString();
            boolean plain =
                    text.chars().allMatch(c -> c >= ' ' || c == '\n' || c == '\r' || c == '\t');
            return plain ? Optional.of(text) : Optional.empty();
        } catch (CharacterCodingException e) {
            return Optional.empty(); // bytes that are no text
        }
    }

    static String base64(Body body) {
        return Base64.getEncoder().encodeToString(body.bytes());
    }
}

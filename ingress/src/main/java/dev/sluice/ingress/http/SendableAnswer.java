package dev.sluice.ingress.http;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.HttpHeader;
import java.util.Collection;
import java.util.Optional;

/**
 * The rule whether a node's answer, as it stands in the log, can go to a client: it is an answer of
 * HTTP, whoever wrote it there, and its header fields are no larger than this server sends.
 */
final class SendableAnswer {

    // the status line and what stands there beside the node's fields: ours, Date, CORS
    static final int AROUND_BYTES = 4 * 1024;

    private static final int AROUND_FIELD_BYTES = 4; // ": " and the end of the line
    private static final String TOKEN_CHARS = "!#$%&'*+-.^_`|~";

    /** Why it cannot. */
    sealed interface Flaw {
        /** No final status, or a field that is none. */
        record Malformed(String what) implements Flaw {}

        /** More than this server sends. */
        record TooLarge(long bytes, int maxBytes) implements Flaw {}
    }

    private SendableAnswer() {}

    /**
     * What is wrong with it.
     *
     * @param headers those of the answer that are to go out
     * @param maxBytes of all header fields that this server sends in one answer
     */
    static Optional<Flaw> flaw(Answer answer, Collection<HttpHeader> headers, int maxBytes) {
        if (answer.status() < 200 || answer.status() > 599) {
            return Optional.of(new Flaw.Malformed("its status is " + answer.status()));
        }
        long bytes = AROUND_BYTES;
        for (HttpHeader header : headers) {
            if (!isToken(header.name()) || !isFieldValue(header.value())) {
                return Optional.of(new Flaw.Malformed("one of its header fields is not as HTTP's"));
            }
            bytes += header.name().length() + header.value().length() + AROUND_FIELD_BYTES;
        }
        return bytes > maxBytes
                ? Optional.of(new Flaw.TooLarge(bytes - AROUND_BYTES, maxBytes - AROUND_BYTES))
                : Optional.empty();
    }

    private static boolean isToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && (c < '0' || c > '9') && TOKEN_CHARS.indexOf(c) < 0) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    private static boolean isFieldValue(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}

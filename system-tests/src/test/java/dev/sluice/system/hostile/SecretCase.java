package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.NodeAnswers.answer;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A node that repeats the credential that it was sent, in one form or another.
 *
 * @param name of its script
 * @param form of the secret, which must not come back
 * @param script the answer
 */
record SecretCase(String name, String form, Script script) {

    private static final String SECRET = AttackedSluice.SECRET;

    static List<SecretCase> all() {
        String percent = SECRET.replace("-", "%2D");
        String json = SECRET.replace("-", "\\u002d");
        // as providers print it: the first and the last characters
        String shortened = SECRET.substring(0, 7) + "*".repeat(12) + SECRET.substring(19);
        return List.of(
                new SecretCase("in-a-name", SECRET, field("X-" + SECRET + ": v")),
                new SecretCase("in-a-value", SECRET, field("X-Key: " + SECRET)),
                new SecretCase("in-a-body", SECRET, body(SECRET)),
                new SecretCase("in-capitals", SECRET.toUpperCase(Locale.ROOT), body(upper())),
                new SecretCase("in-small-letters", lower(), field("X-Key: " + lower())),
                new SecretCase("percent-encoded", percent, body("key=" + percent)),
                new SecretCase("percent-encoded-in-small", small(percent), body(small(percent))),
                new SecretCase("all-percent-encoded", percents(), body("key=" + percents())),
                new SecretCase("escaped-in-json", json, body("{\"key\":\"" + json + "\"}")),
                new SecretCase("shortened", SECRET.substring(0, 7) + "*", body(shortened)),
                new SecretCase(
                        "in-a-status-line", SECRET, answer("HTTP/1.1 2x0 " + SECRET + "\r\n\r\n")),
                new SecretCase("in-no-http", SECRET, answer(SECRET + " is no HTTP\r\n\r\n")));
    }

    private static String upper() {
        return SECRET.toUpperCase(Locale.ROOT);
    }

    private static String lower() {
        return SECRET.toLowerCase(Locale.ROOT);
    }

    private static String small(String percent) {
        return percent.replace("%2D", "%2d");
    }

    private static String percents() {
        return SECRET.chars().mapToObj("%%%02X"::formatted).collect(Collectors.joining());
    }

    private static Script field(String field) {
        return answer(NodeAnswers.withFields(field + "\r\n"));
    }

    private static Script body(String body) {
        return answer("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    @Override
    public String toString() {
        return name;
    }
}

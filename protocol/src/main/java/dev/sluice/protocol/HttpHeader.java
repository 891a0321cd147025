package dev.sluice.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP header field as it came, in a list that keeps order and repeats (RFC 9110, section 5.2).
 *
 * <p>In the log a list is one text of {@code name: value} lines.
 */
public record HttpHeader(String name, String value) {

    public HttpHeader {
        if (name.isEmpty() || hasLineBreak(name) || name.indexOf(':') >= 0 || hasLineBreak(value)) {
            throw new IllegalArgumentException("not an HTTP header field: " + name);
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0 || text.indexOf('\0') >= 0;
    }

    public boolean is(String otherName) {
        return name.equalsIgnoreCase(otherName);
    }

    static String encode(List<HttpHeader> headers) {
        var text = new StringBuilder();
        for (HttpHeader header : headers) {
            text.append(header.name).append(": ").append(header.value).append('\n');
        }
        return text.toString();
    }

    static List<HttpHeader> decode(String text) {
        var headers = new ArrayList<HttpHeader>();
        for (int start = 0; start < text.length(); ) {
            int end = text.indexOf('\n', start);
            int colon = text.indexOf(": ", start);
            if (end < 0 || colon < 0 || colon > end) {
                throw new IllegalArgumentException("not a list of header fields");
            }
            headers.add(
                    new HttpHeader(text.substring(start, colon), text.substring(colon + 2, end)));
            start = end + 1;
        }
        return List.copyOf(headers);
    }
}

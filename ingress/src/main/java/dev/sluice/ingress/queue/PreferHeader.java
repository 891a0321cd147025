package dev.sluice.ingress.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The {@code Prefer} fields of a request (RFC 7240): the wait that is ours, and the others.
 *
 * @param waitSeconds of the first {@code wait} that is a number; what cannot be understood is
 *     ignored, as the RFC asks
 * @param others the preferences that are not ours to apply, as they came
 */
public record PreferHeader(OptionalInt waitSeconds, List<String> others) {

    public static final PreferHeader NONE = new PreferHeader(OptionalInt.empty(), List.of());

    public PreferHeader {
        others = List.copyOf(others);
    }

    /** Reads all values of the field, in their order. */
    public static PreferHeader parse(List<String> values) {
        if (values.isEmpty()) {
            return NONE;
        }
        OptionalInt wait = OptionalInt.empty();
        boolean seen = false;
        var others = new ArrayList<String>();
        for (String value : values) {
            for (String preference : split(value, ',')) {
                // parameters belong to the preference; wait has none
                String word = first(split(preference, ';'));
                int equals = word.indexOf('=');
                String name = (equals < 0 ? word : word.substring(0, equals)).strip();
                if (!name.equalsIgnoreCase("wait")) {
                    others.add(preference);
                } else if (!seen) {
                    seen = true; // "the first one is used" (section 2)
                    wait = equals < 0 ? wait : seconds(unquote(word.substring(equals + 1)));
                }
            }
        }
        return new PreferHeader(wait, others);
    }

    /** Splits at a separator outside quoted strings; empty elements are left out. */
    private static List<String> split(String text, char separator) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : separator;
            if (i < text.length() && quoted && c == '\\') {
                i++; // the next one is escaped
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && (!quoted || i == text.length())) {
                String part = text.substring(start, Math.min(i, text.length())).strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
                start = i + 1;
            }
        }
        if (start < text.length()) {
            parts.add(text.substring(start).strip()); // ended within an escape
        }
        return parts;
    }

    private static String first(List<String> parts) {
        return parts.isEmpty() ? "" : parts.getFirst();
    }

    private static String unquote(String word) {
        String text = word.strip();
        if (text.length() < 2 || text.charAt(0) != '"' || !text.endsWith("\"")) {
            return text;
        }
        return text.substring(1, text.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static OptionalInt seconds(String text) {
        if (text.isEmpty()) {
            return OptionalInt.empty();
        }
        long seconds = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return OptionalInt.empty();
            }
            // more than an int holds: a very long wait, which the caller caps
            seconds = Math.min(Integer.MAX_VALUE, seconds * 10 + c - '0');
        }
        return OptionalInt.of((int) seconds);
    }
}

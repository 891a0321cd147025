package dev.sluice.monitor.urls;

import java.net.URI;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The hosts that nodes may be at though the rule refuses them, as {@code monitor.allow-urls} says.
 *
 * @param entries {@code host}, {@code host:port} or {@code *}; lower case
 */
public record AllowedUrls(List<String> entries) {

    public static final AllowedUrls NONE = new AllowedUrls(List.of());

    private static final String ALL = "*";
    private static final Pattern ENTRY =
            Pattern.compile("([a-z0-9._-]+|\\[[0-9a-f:.]+])(:[0-9]{1,5})?");

    public AllowedUrls {
        entries = List.copyOf(entries);
    }

    /** Reads the setting; throws IllegalArgumentException with what it must be. */
    public static AllowedUrls parse(String text) {
        List<String> entries =
                Stream.of(text.toLowerCase(java.util.Locale.ROOT).split(",", -1))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .toList();
        for (String entry : entries) {
            if (!entry.equals(ALL) && !ENTRY.matcher(entry).matches()) {
                throw new IllegalArgumentException(
                        "must be hosts, each perhaps with a port, with commas; or *");
            }
        }
        return new AllowedUrls(entries);
    }

    boolean allows(URI url) {
        String host = Host.written(url);
        return entries.contains(ALL)
                || entries.contains(host)
                || entries.contains(host + ":" + Host.port(url));
    }

    /** As the setting is written. */
    @Override
    public String toString() {
        return String.join(",", entries);
    }
}

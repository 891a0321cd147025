package dev.sluice.monitor.urls;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Something of ours that listens.
 *
 * @param what it is, for people
 * @param host as a URL has it: lower case, an IPv6 address in brackets
 */
public record Listener(String what, String host, int port) {

    // what Kafka's own clients take (ClientUtils): a protocol before it counts for nothing, and a
    // host may have an underscore, which no URI's may
    private static final Pattern BROKER =
            Pattern.compile("(?:[0-9a-zA-Z\\-%._]*://)?\\[?([0-9a-zA-Z\\-%._:]*)]?:([0-9]{1,5})");

    public Listener {
        host = host.toLowerCase(Locale.ROOT);
        if (host.contains(":") && !host.startsWith("[")) {
            host = "[" + host + "]";
        }
    }

    /** Something at a URL. */
    public static Listener at(String what, URI url) {
        return new Listener(what, Host.written(url), Host.port(url));
    }

    /**
     * The brokers of {@code bootstrap.servers}. What is none of Kafka's notations is left out: its
     * clients say what is wrong with it.
     */
    public static List<Listener> brokers(String bootstrapServers) {
        return Stream.of(bootstrapServers.split(",", -1))
                .map(String::strip)
                .map(BROKER::matcher)
                .filter(Matcher::matches)
                .map(m -> new Listener("broker", m.group(1), Integer.parseInt(m.group(2))))
                .toList();
    }
}

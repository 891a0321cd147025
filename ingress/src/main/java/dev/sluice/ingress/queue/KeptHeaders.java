package dev.sluice.ingress.queue;

import dev.sluice.protocol.Hops;
import dev.sluice.protocol.HttpHeader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rule which of a client's header fields go into the log and on to the node.
 *
 * <p>Left out are those of the connection (RFC 9110, section 7.6.1), those that have their own
 * place in a request, our own but for {@code Sluice-Hops}, and credentials: no secret enters the
 * log.
 */
public final class KeptHeaders {

    private static final Set<String> ALWAYS_OUT =
            Set.of(
                    "connection",
                    "keep-alive",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "host",
                    "content-length",
                    "content-type",
                    "expect",
                    "prefer");
    // name, value, and what stands around them in the log
    private static final int AROUND_CHARS = 3;

    private final Set<String> credentials = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final int maxChars;

    /** What a request's fields come to. */
    public sealed interface Kept {
        /** These go on. */
        record Headers(List<HttpHeader> headers) implements Kept {}

        /** They are larger than the bound together. */
        record TooLarge(int chars) implements Kept {}
    }

    /**
     * The rule with these settings.
     *
     * @param credentials names of fields that hold secrets
     * @param maxChars names and values of all kept fields together
     */
    public KeptHeaders(Collection<String> credentials, int maxChars) {
        this.credentials.addAll(credentials);
        this.maxChars = maxChars;
    }

    /** The same rule, but for the client's Authorization and Cookie, which go on. */
    public KeptHeaders withAuthorization() {
        var others = new TreeSet<>(credentials);
        others.removeIf(
                name -> name.equalsIgnoreCase("Authorization") || name.equalsIgnoreCase("Cookie"));
        return new KeptHeaders(others, maxChars);
    }

    /** At most so many characters of names and values are kept. */
    public int maxChars() {
        return maxChars;
    }

    /**
     * Picks the fields that are kept.
     *
     * @param prefer the preferences that are not ours are passed on
     */
    public Kept keep(Collection<HttpHeader> all, PreferHeader prefer) {
        Set<String> listed = listedInConnection(all);
        var kept = new ArrayList<HttpHeader>(all.size());
        int chars = 0;
        for (HttpHeader header : all) {
            if (isKept(header.name(), listed) || isHops(header)) {
                kept.add(header);
                chars += header.name().length() + header.value().length() + AROUND_CHARS;
            }
        }
        if (!prefer.others().isEmpty()) {
            var others = new HttpHeader("Prefer", String.join(", ", prefer.others()));
            kept.add(others);
            chars += others.name().length() + others.value().length() + AROUND_CHARS;
        }
        return chars > maxChars ? new Kept.TooLarge(chars) : new Kept.Headers(kept);
    }

    /** Whether a node's response field belongs to the connection and not to the answer. */
    public static boolean isHopByHop(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return switch (lower) {
            case "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade" ->
                    true;
            default -> lower.startsWith("proxy-");
        };
    }

    /** The fields that {@code Connection} names belong to the connection too. */
    public static Set<String> listedInConnection(Collection<HttpHeader> all) {
        Set<String> listed = Set.of();
        for (HttpHeader header : all) {
            if (header.is("Connection")) {
                for (String name : header.value().split(",", -1)) {
                    if (listed.isEmpty()) {
                        listed = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
                    }
                    listed.add(name.strip());
                }
            }
        }
        return listed;
    }

    /** Whoever names it in Connection would have a loop begin at 0 again. */
    private static boolean isHops(HttpHeader header) {
        return header.is(Hops.HEADER) && Hops.parse(header.value().strip()).isPresent();
    }

    private boolean isKept(String name, Set<String> listed) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !ALWAYS_OUT.contains(lower)
                && !lower.startsWith("proxy-")
                && !lower.startsWith("sluice-")
                && !credentials.contains(lower)
                && !listed.contains(lower);
    }
}

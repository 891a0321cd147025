package dev.sluice.ingress.route;

import java.util.List;
import java.util.Optional;

/**
 * What the next server is told of the client and of how it came here: {@code Forwarded} (RFC 7239)
 * and the older {@code X-Forwarded-…} fields.
 *
 * @param clientAddress of the connection
 * @param host that the client asked for, if it said one
 * @param proto of the connection, {@code http} or {@code https}
 */
public record Forwarded(String clientAddress, Optional<String> host, String proto) {

    /** The element that is added to {@code Forwarded}. */
    public String element() {
        var text = new StringBuilder("for=").append(node(clientAddress));
        host.ifPresent(name -> text.append(";host=").append(quoted(name)));
        return text.append(";proto=").append(proto).toString();
    }

    /** The value of {@code X-Forwarded-For}: the plain address. */
    public String address() {
        return bare(clientAddress);
    }

    /** Appends to what is there already. */
    public static String appended(List<String> before, String last) {
        return before.isEmpty() ? last : String.join(", ", before) + ", " + last;
    }

    /** An IPv6 address stands in brackets and quotes (RFC 7239, section 6). */
    private static String node(String address) {
        String bare = bare(address);
        return bare.contains(":") ? "\"[" + bare + "]\"" : bare;
    }

    private static String bare(String address) {
        return address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }
}

package dev.sluice.ingress.http.upstream;

import dev.sluice.ingress.route.Forwarded;
import java.util.List;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/** The header fields that tell the next server of the client. */
final class ForwardedFields {

    // all that a service behind may believe; those that have no HttpHeader by name
    private static final List<String> NAMES =
            List.of(
                    "Forwarded",
                    "X-Forwarded-For",
                    "X-Forwarded-Host",
                    "X-Forwarded-Proto",
                    "X-Forwarded-Port",
                    "X-Forwarded-Server",
                    "X-Forwarded-Prefix",
                    "X-Real-IP");

    private ForwardedFields() {}

    static void remove(HttpFields.Mutable headers) {
        NAMES.forEach(headers::remove);
    }

    /** Adds this hop to what is there; host and scheme stay those of the first hop. */
    static void add(HttpFields.Mutable headers, Forwarded told) {
        append(headers, HttpHeader.FORWARDED, told.element());
        append(headers, HttpHeader.X_FORWARDED_FOR, told.address());
        if (!headers.contains(HttpHeader.X_FORWARDED_PROTO)) {
            headers.put(HttpHeader.X_FORWARDED_PROTO, told.proto());
        }
        if (!headers.contains(HttpHeader.X_FORWARDED_HOST)) {
            told.host().ifPresent(host -> headers.put(HttpHeader.X_FORWARDED_HOST, host));
        }
    }

    private static void append(HttpFields.Mutable headers, HttpHeader name, String last) {
        headers.put(name, Forwarded.appended(headers.getValuesList(name), last));
    }
}

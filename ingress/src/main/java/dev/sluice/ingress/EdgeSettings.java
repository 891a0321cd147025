package dev.sluice.ingress;

import dev.sluice.chassis.http.AllowedHosts;
import dev.sluice.chassis.http.AllowedOrigins;
import dev.sluice.chassis.settings.Settings;

/**
 * Who may ask the ingress, and how large its answers may be.
 *
 * @param hosts the names by which it may be asked
 * @param corsOrigins whose pages may use it from another place
 * @param maxHops a request that has passed through a Sluice more often is refused
 * @param maxResponseHeaderBytes of the header fields of an answer
 */
public record EdgeSettings(
        AllowedHosts hosts, AllowedOrigins corsOrigins, int maxHops, int maxResponseHeaderBytes) {

    private static final int KIB = 1024;
    // what the proxy takes of a service, and what is added to it
    private static final int MIN_RESPONSE_HEADER_BYTES = 72 * KIB;

    /** Reads them; mistakes are noted in {@code settings}. */
    static EdgeSettings read(Settings settings) {
        return new EdgeSettings(
                AllowedHosts.read(settings, "lb"),
                AllowedOrigins.read(settings, "lb.cors-origins"),
                settings.number("lb.max-hops", 5, 1, 100, "passes through a Sluice"),
                settings.number(
                        "lb.max-response-header-bytes",
                        128 * KIB,
                        MIN_RESPONSE_HEADER_BYTES,
                        2 * KIB * KIB,
                        "bytes"));
    }
}

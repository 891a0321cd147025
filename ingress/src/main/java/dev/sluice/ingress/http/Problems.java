package dev.sluice.ingress.http;

import dev.sluice.chassis.http.Problem;
import dev.sluice.chassis.http.ProblemException;
import java.util.Collection;
import java.util.Map;
import java.util.OptionalLong;

/** The errors of the ingress, each with its status, its word, and what to do. */
final class Problems {

    /** When the broker is away, it may be back soon: it restarts in seconds. */
    private static final OptionalLong SOON = OptionalLong.of(2);

    private Problems() {}

    static ProblemException badRequest(String type, String title, String detail) {
        return new ProblemException(new Problem(400, type, title, detail));
    }

    static ProblemException unknownPool(String name, Collection<?> known) {
        return new ProblemException(
                new Problem(
                        404,
                        "unknown_pool",
                        "Unknown pool",
                        "No node belongs to a pool '%s'. %s"
                                .formatted(
                                        printable(name),
                                        known.isEmpty()
                                                ? "No pool has a node: add one."
                                                : "Pools that have nodes: "
                                                        + String.join(
                                                                ", ",
                                                                known.stream()
                                                                        .map(Object::toString)
                                                                        .toList())
                                                        + ".")));
    }

    static ProblemException bodyTooLarge(long maxBytes, String which) {
        return new ProblemException(
                new Problem(
                        413,
                        "body_too_large",
                        "Body too large",
                        "A body may have at most %d bytes: %s. Nothing was accepted."
                                .formatted(maxBytes, which),
                        Map.of("max_bytes", maxBytes)));
    }

    static ProblemException headersTooLarge(int chars, int maxChars) {
        return new ProblemException(
                new Problem(
                        431,
                        "headers_too_large",
                        "Header fields too large",
                        "The header fields that would be kept have %d characters of at most %d."
                                .formatted(chars, maxChars)));
    }

    static ProblemException busy() {
        return new ProblemException(
                new Problem(
                        429,
                        "ingress_busy",
                        "Too many bodies at one time",
                        "The bodies that this ingress is receiving and sending fill its memory for"
                                + " them, or the part of it that one client address may have"
                                + " (lb.body-memory-bytes, lb.client-body-memory-bytes). Nothing"
                                + " was accepted."),
                OptionalLong.of(1));
    }

    static ProblemException heapFull() {
        return new ProblemException(
                new Problem(
                        503,
                        "heap_full",
                        "No memory left",
                        "This ingress has no memory left for more (-Xmx). Nothing was accepted.",
                        Map.of("outcome", "not_accepted")),
                SOON);
    }

    static ProblemException bodyTooSlow() {
        return new ProblemException(
                new Problem(
                        408,
                        "body_too_slow",
                        "Body too slow",
                        "The body did not come in time (lb.min-bytes-per-second,"
                                + " lb.data-rate-grace-ms, lb.body-timeout-ms). Nothing was"
                                + " accepted."));
    }

    static ProblemException queueFull(String limit, String detail, long retryAfterSeconds) {
        return new ProblemException(
                new Problem(429, "queue_full", "Queue full", detail, Map.of("limit", limit)),
                OptionalLong.of(retryAfterSeconds));
    }

    static ProblemException keyReused() {
        return new ProblemException(
                new Problem(
                        422,
                        "idempotency_key_reused",
                        "Idempotency-Key reused",
                        "Another request came under this Idempotency-Key: its method, path, content"
                                + " type or body was another. Nothing was accepted; use a new"
                                + " key."));
    }

    static ProblemException nothingAccepted(String why) {
        return new ProblemException(
                new Problem(
                        503,
                        "log_unreachable",
                        "Log unreachable",
                        "Nothing was accepted: " + why,
                        Map.of("outcome", "not_accepted")),
                SOON);
    }

    static ProblemException outcomeUnknown(String why) {
        return new ProblemException(
                new Problem(
                        503,
                        "log_unreachable",
                        "Log unreachable",
                        "The append was tried and not acknowledged, so the request may or may not"
                                + " have been accepted: "
                                + why,
                        Map.of("outcome", "unknown")),
                SOON);
    }

    static ProblemException logUnreachable(String why) {
        return new ProblemException(
                new Problem(503, "log_unreachable", "Log unreachable", why), SOON);
    }

    static ProblemException lookupTimeout() {
        return new ProblemException(
                new Problem(
                        503,
                        "lookup_timeout",
                        "Look-up took too long",
                        "The result is there and was not found in time. Ask again: the search goes"
                                + " on from where it stopped."),
                OptionalLong.of(1));
    }

    static ProblemException unknownRequest() {
        return new ProblemException(
                new Problem(
                        404,
                        "unknown_request",
                        "Unknown request",
                        "No request with this id was accepted."));
    }

    static ProblemException noLongerKept() {
        return new ProblemException(
                new Problem(
                        404,
                        "no_longer_kept",
                        "No longer kept",
                        "The request is done, and neither it nor its result is kept any longer"
                                + " (sluice.replay-window-hours)."));
    }

    static ProblemException notFinished(String id) {
        return new ProblemException(
                new Problem(
                        409,
                        "not_finished",
                        "Not finished",
                        "The request " + id + " has no response yet. Ask again, or with ?wait=30."),
                OptionalLong.of(1));
    }

    static ProblemException expired(String id) {
        return new ProblemException(
                new Problem(
                        410,
                        "expired",
                        "Expired",
                        "The deadline of the request " + id + " has passed; there is no response.",
                        Map.of("reason", "deadline_passed")));
    }

    static ProblemException closing() {
        return new ProblemException(
                new Problem(503, "closing", "Closing", "This ingress is being stopped."),
                OptionalLong.of(1));
    }

    /** Text of a client in a sentence of ours: short, and without control characters. */
    private static String printable(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7e]", "?");
        return clean.length() <= 80 ? clean : clean.substring(0, 80) + "…";
    }
}

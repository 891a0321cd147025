package dev.sluice.protocol;

import java.util.Locale;

/** Why a request ended without the node's good answer, in words that do not change. */
public enum Reason {
    /** The node's final answer was a 4xx or 5xx; it can be fetched. */
    NODE_ERROR,
    /** The node did not answer within the time limit. */
    TIMEOUT,
    /** No connection could be made, or it broke before the answer was complete. */
    UNREACHABLE,
    /** The node's answer is larger than the limit for responses. */
    RESPONSE_TOO_LARGE,
    /** The node's answer is not HTTP. */
    BAD_RESPONSE,
    /** The node leads back to an ingress of a Sluice: its answer, a 508, can be fetched. */
    LOOP_DETECTED,
    /** The body is larger than the bytes per minute of every node of the pool. */
    TOO_LARGE_FOR_POOL,
    /** Its idempotency key had come before, with another request. */
    IDEMPOTENCY_KEY_REUSED,
    /** The record in the log is not a request that this version can read. */
    UNREADABLE,
    /** The deadline passed before the request was started. */
    DEADLINE_PASSED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Reason parse(String text) {
        for (Reason reason : values()) {
            if (reason.text().equals(text)) {
                return reason;
            }
        }
        throw new IllegalArgumentException("not a reason: " + text);
    }
}

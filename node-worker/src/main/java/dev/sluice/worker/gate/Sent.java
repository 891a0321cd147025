package dev.sluice.worker.gate;

/**
 * Requests that a node was sent and that count until the same moment.
 *
 * @param untilNanos they leave the window then
 */
public record Sent(long untilNanos, long requests, long bytes) {

    /** The same by a clock that shows so much more. */
    Sent shifted(long byNanos) {
        return new Sent(untilNanos + byNanos, requests, bytes);
    }
}

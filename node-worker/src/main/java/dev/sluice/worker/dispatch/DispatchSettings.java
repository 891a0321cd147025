package dev.sluice.worker.dispatch;

import dev.sluice.worker.keys.KeyBounds;

/**
 * The bounds of a worker's memory and patience.
 *
 * @param bufferRequests requests read and not yet done, for each pool's lane
 * @param bufferBytes bodies of these
 * @param ticketsMax tickets at the gatehouse at one time, for each pool's lane: enough for what is
 *     granted while the next are handed in
 * @param keys idempotency keys that are remembered
 */
public record DispatchSettings(
        int bufferRequests, long bufferBytes, int ticketsMax, KeyBounds keys) {

    public DispatchSettings {
        if (bufferRequests < 1 || bufferBytes < 1 || ticketsMax < 1) {
            throw new IllegalArgumentException("at least one of each");
        }
    }
}

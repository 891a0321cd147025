package dev.sluice.worker.kafka;

import dev.sluice.worker.dispatch.DispatchSettings;
import java.time.Duration;

/**
 * The bounds of one worker.
 *
 * @param memory what it keeps of its shards
 * @param maxAttempts attempts that count, for each request
 * @param requestTimeout from the grant to the last byte of the node's answer
 * @param drain how long a stop waits for what is in flight
 */
public record WorkerLimits(
        DispatchSettings memory, int maxAttempts, Duration requestTimeout, Duration drain) {}

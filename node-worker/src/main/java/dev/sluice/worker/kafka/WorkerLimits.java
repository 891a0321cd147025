package dev.sluice.worker.kafka;

import dev.sluice.worker.dispatch.DispatchSettings;
import dev.sluice.worker.dispatch.RetrySettings;
import java.time.Duration;

/**
 * The bounds of one worker.
 *
 * @param memory what it keeps of its shards
 * @param retry which attempts are made again, and how often
 * @param requestTimeout from the grant to the last byte of the node's answer
 * @param drain how long a stop waits for what is in flight
 */
public record WorkerLimits(
        DispatchSettings memory, RetrySettings retry, Duration requestTimeout, Duration drain) {}

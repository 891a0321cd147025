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
 * @param lease how long after the group was last heard of a worker may act for its shards
 * @param grantAge how long after it was made a grant may be used
 * @param drain how long a stop waits for what is in flight
 */
public record WorkerLimits(
        DispatchSettings memory,
        RetrySettings retry,
        Duration requestTimeout,
        Duration lease,
        Duration grantAge,
        Duration drain) {}

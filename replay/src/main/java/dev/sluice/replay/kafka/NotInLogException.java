package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.LogReadException;

/** What was asked for is not in the log: no such pool, or no such request. */
public final class NotInLogException extends LogReadException {

    public NotInLogException(String message) {
        super(message);
    }
}

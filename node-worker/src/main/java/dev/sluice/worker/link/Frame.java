package dev.sluice.worker.link;

import java.util.List;
import java.util.Optional;

/**
 * What one side of a link says at one time.
 *
 * @param nowNanos the writer's clock when it began to write this
 * @param echo when it last read a frame
 * @param messages in order
 */
public record Frame(long nowNanos, Optional<Echo> echo, List<LinkMessage> messages) {

    /**
     * That a frame has arrived.
     *
     * @param yoursNanos its {@code nowNanos}
     * @param mineNanos the reader's clock when it read it
     */
    public record Echo(long yoursNanos, long mineNanos) {}

    public Frame {
        messages = List.copyOf(messages);
    }
}

package dev.sluice.system.hostile;

import java.io.IOException;

/** What one end of a connection sends, and when: bytes, pauses, resets. */
@FunctionalInterface
interface Script {

    /** Plays it; an {@code IOException} says that the other end has had enough. */
    void play(Wire wire) throws IOException;

    /** Sends this as it is. */
    static Script of(String text) {
        return wire -> wire.send(text);
    }
}

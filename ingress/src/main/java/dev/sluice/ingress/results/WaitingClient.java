package dev.sluice.ingress.results;

import dev.sluice.chassis.pace.Share;

/** A client that waits for a result: what others at its address wait for, and whether it stays. */
public interface WaitingClient {

    /** Something that goes on until it is closed. */
    interface Span extends AutoCloseable {
        @Override
        void close();
    }

    /** Waits of everybody at this client's address. */
    Share waits();

    /** Runs this, once, soon after the client has left; it must not block. */
    Span whenGone(Runnable gone);
}

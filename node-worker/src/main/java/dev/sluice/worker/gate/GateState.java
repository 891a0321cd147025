package dev.sluice.worker.gate;

import java.util.Locale;

/** Whether a gate is open for a request without a body, and if not, what keeps it closed. */
public enum GateState {
    /** The next request may pass. */
    OPEN,
    /** Health checks say no, or its credential is missing. */
    UNHEALTHY,
    /** All its slots in flight are taken. */
    FULL,
    /** The node asked to be left alone for a while. */
    COOLING_DOWN,
    /** Most of the latest attempts brought no answer. */
    BREAKER_OPEN,
    /** The limits of requests or bytes, or their pace, hold the next one back. */
    LIMITED;

    /** As in figures. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static GateState of(
            boolean usable, boolean full, boolean coolingDown, Opening ofBreaker, Opening ofAll) {
        if (!usable) {
            return UNHEALTHY;
        }
        if (full) {
            return FULL;
        }
        if (coolingDown) {
            return COOLING_DOWN;
        }
        if (!(ofBreaker instanceof Opening.Now)) {
            return BREAKER_OPEN;
        }
        return ofAll instanceof Opening.Now ? OPEN : LIMITED;
    }
}

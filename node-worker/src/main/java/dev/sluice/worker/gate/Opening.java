package dev.sluice.worker.gate;

/** When a gate opens for a request. */
public sealed interface Opening {

    /** It is open. */
    record Now() implements Opening {
        static final Now INSTANCE = new Now();
    }

    /** Time alone opens it, not before this moment of the monotonic clock. */
    record At(long nanos) implements Opening {}

    /** Something must happen first: an answer, a health check, another node specification. */
    record OnChange() implements Opening {
        static final OnChange INSTANCE = new OnChange();
    }

    /** Never: the body is larger than the node's bytes per minute. */
    record Never() implements Opening {
        static final Never INSTANCE = new Never();
    }
}

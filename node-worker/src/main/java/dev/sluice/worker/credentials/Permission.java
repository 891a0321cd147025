package dev.sluice.worker.credentials;

/** Whether requests may go to a node as far as its credential is concerned. */
public sealed interface Permission {

    /** The node names no credential. */
    record NotNeeded() implements Permission {
        static final NotNeeded INSTANCE = new NotNeeded();
    }

    /** They go, and this goes with them. */
    record Granted(Credential credential) implements Permission {}

    /** None may go: without it the node must get nothing. */
    record Withheld(String why) implements Permission {}
}

package dev.sluice.system;

import java.time.Duration;
import org.awaitility.Awaitility;

/** How long a test waits for what has no promise in seconds. */
final class Patience {

    // a machine with other work to do takes three times as long as one without, or longer
    private static final Duration LONG = Duration.ofSeconds(30);

    private Patience() {}

    /** In all tests of this JVM, where they name no time of their own. */
    static void set() {
        Awaitility.setDefaultTimeout(LONG);
    }
}

package dev.sluice.replay;

import java.time.Duration;

/**
 * The times by which two runners of one replay never send at once: a runner sends only while its
 * latest sign of life is young, an append that is not acknowledged is given up, and only when both
 * have surely passed does another one go on.
 */
public final class ReplayTimes {

    /** Progress is written so often: a sign of life, and all that has to be looked at again. */
    public static final Duration SIGN_EVERY = Duration.ofSeconds(1);

    /** A runner whose latest sign of life is older sends nothing. */
    public static final Duration SENDS_FOR = Duration.ofSeconds(5);

    /** An append that was not acknowledged by then is given up. */
    public static final Duration APPEND = Duration.ofSeconds(10);

    /** Without a sign of life for so long a runner is gone; longer than both of those together. */
    public static final Duration GONE_AFTER = Duration.ofSeconds(20);

    private ReplayTimes() {}
}

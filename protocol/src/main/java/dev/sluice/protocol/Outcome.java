package dev.sluice.protocol;

import java.util.Locale;

/** How a request ended. */
public enum Outcome {
    /** The node's final answer is below 400. */
    SUCCEEDED,
    /** The node's final answer is 4xx or 5xx, or there is none after all attempts. */
    FAILED,
    /** Not started by its deadline. */
    EXPIRED;

    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Outcome parse(String text) {
        for (Outcome outcome : values()) {
            if (outcome.text().equals(text)) {
                return outcome;
            }
        }
        throw new IllegalArgumentException("not an outcome: " + text);
    }
}

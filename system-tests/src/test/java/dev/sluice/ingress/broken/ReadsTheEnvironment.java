package dev.sluice.ingress.broken;

import java.util.Map;

/** Settings from nowhere. */
public final class ReadsTheEnvironment {
    Map<String, String> all() {
        return System.getenv();
    }
}

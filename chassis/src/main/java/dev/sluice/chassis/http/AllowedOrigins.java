package dev.sluice.chassis.http;

import dev.sluice.chassis.settings.Settings;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The origins whose pages may use a service, and read its answers, from another place (CORS). */
public final class AllowedOrigins {

    /** No page of another origin. */
    public static final AllowedOrigins NONE = new AllowedOrigins(List.of());

    private static final String ALL = "*";

    private final boolean all;
    private final Set<Origin> origins = new HashSet<>();

    /**
     * These.
     *
     * @param origins such as {@code https://app.example}, or {@code *}
     * @throws IllegalArgumentException if one is neither
     */
    public AllowedOrigins(List<String> origins) {
        this.all = origins.contains(ALL);
        for (String text : origins) {
            if (!text.equals(ALL)) {
                this.origins.add(
                        Origin.parse(text)
                                .orElseThrow(
                                        () ->
                                                new IllegalArgumentException(
                                                        "must be origins with commas between, such"
                                                                + " as https://app.example, or *"
                                                                + " for all")));
            }
        }
    }

    /** Reads them; mistakes are noted in {@code settings}. */
    public static AllowedOrigins read(Settings settings, String key) {
        return settings.value(key, NONE, AllowedOrigins::parse);
    }

    private static AllowedOrigins parse(String text) {
        return new AllowedOrigins(
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(origin -> !origin.isEmpty())
                        .toList());
    }

    /** Whether any page of another origin may. */
    boolean isEmpty() {
        return !all && origins.isEmpty();
    }

    /** Whether an answer depends on the origin that asks. */
    boolean vary() {
        return !origins.isEmpty() && !all;
    }

    /**
     * What a browser is told in {@code Access-Control-Allow-Origin}; nothing: it must not.
     *
     * @param values those of {@code Origin}
     */
    Optional<String> allowing(List<String> values) {
        if (all) {
            return Optional.of(ALL);
        }
        return values.size() == 1
                ? Origin.parse(values.getFirst())
                        .filter(origins::contains)
                        .map(_ -> values.getFirst().strip())
                : Optional.empty();
    }

    /** For the log, as in the settings. */
    @Override
    public String toString() {
        return all
                ? ALL
                : String.join(
                        ",",
                        origins.stream()
                                .map(o -> o.scheme() + "://" + o.host() + ":" + o.port())
                                .sorted()
                                .toList());
    }
}

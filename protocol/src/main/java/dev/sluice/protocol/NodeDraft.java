package dev.sluice.protocol;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A node as somebody wrote it down, not yet checked; absent fields are null.
 *
 * <p>{@link #problems} names all mistakes at once, so that a file is corrected in one go.
 */
public record NodeDraft(
        @Nullable String id,
        @Nullable String pool,
        @Nullable String url,
        @Nullable Number rpm,
        @Nullable Number bpm,
        @Nullable Number maxInFlight,
        @Nullable String credential) {

    /** Everything that is wrong with it, each a sentence; empty when it is a node. */
    public List<String> problems() {
        var problems = new ArrayList<String>();
        if (id == null) {
            problems.add("id is missing");
        } else if (!NodeSpec.isId(id)) {
            problems.add(
                    "id '%s' must be 1 to 64 letters, digits, dots, hyphens, underscores"
                            .formatted(id));
        }
        if (pool != null && PoolName.parse(pool).isEmpty()) {
            problems.add("pool '%s' must be %s".formatted(pool, PoolName.RULE));
        }
        if (url == null) {
            problems.add("url is missing");
        } else {
            urlProblem(url).ifPresent(problems::add);
        }
        number("rpm", rpm, NodeSpec.MAX_RPM).ifPresent(problems::add);
        number("bpm", bpm, NodeSpec.MAX_BPM).ifPresent(problems::add);
        number("max_in_flight", maxInFlight, NodeSpec.MAX_IN_FLIGHT).ifPresent(problems::add);
        if (credential != null && !NodeSpec.isId(credential)) {
            problems.add(
                    "credential must be the name of a secret (letters, digits, dots, hyphens,"
                            + " underscores), never the secret itself");
        }
        return problems;
    }

    /** The node; throws IllegalArgumentException with all problems when it is none. */
    public NodeSpec toSpec() {
        List<String> problems = problems();
        if (!problems.isEmpty()
                || id == null
                || url == null
                || rpm == null
                || bpm == null
                || maxInFlight == null) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
        return new NodeSpec(
                id,
                pool == null ? PoolName.DEFAULT : new PoolName(pool),
                URI.create(url),
                rpm.intValue(),
                bpm.longValue(),
                maxInFlight.intValue(),
                Optional.ofNullable(credential));
    }

    private static Optional<String> number(String name, @Nullable Number value, long max) {
        if (value == null) {
            return Optional.of(name + " is missing");
        }
        if (value.doubleValue() != value.longValue()
                || value.longValue() < 1
                || value.longValue() > max) {
            return Optional.of(
                    "%s must be a whole number from 1 to %d, not %s".formatted(name, max, value));
        }
        return Optional.empty();
    }

    private static Optional<String> urlProblem(String text) {
        try {
            var url = new URI(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!http || url.getHost() == null) {
                return Optional.of(
                        "url '%s' must be http://host:port or https://host:port, perhaps with a path"
                                .formatted(text));
            }
            if (url.getPort() == 0 || url.getPort() > 65_535) {
                return Optional.of("url '%s' must have a port from 1 to 65535".formatted(text));
            }
            if (url.getUserInfo() != null) {
                return Optional.of("url must not hold a user or password: name a credential");
            }
            if (url.getQuery() != null || url.getFragment() != null) {
                return Optional.of("url '%s' must not have a query or fragment".formatted(text));
            }
            return Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.of("url '%s' is not a URL".formatted(text));
        }
    }
}

package dev.sluice.protocol;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/**
 * A service as it announces itself; an entry of the services topic.
 *
 * @param id drawn by each process when it starts
 * @param url where the other services reach it over HTTP
 * @param announcedAt by its own clock
 */
public record ServiceInfo(
        String id, ServiceKind kind, URI url, Instant startedAt, Instant announcedAt) {

    /** It says so again after this. */
    public static final Duration ANNOUNCED_EVERY = Duration.ofSeconds(10);

    /** Two announcements may be lost, or late, before it counts as down. */
    public static final Duration DOWN_AFTER = Duration.ofSeconds(30);

    /** Then it is left out, and what it announced may be wiped away. */
    public static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(10);

    /** What its last announcement says at some moment. */
    public enum State {
        UP,
        DOWN,
        FORGOTTEN
    }

    public ServiceInfo {
        boolean http = url.getScheme() != null && Set.of("http", "https").contains(url.getScheme());
        if (!http || url.getHost() == null) {
            throw new IllegalArgumentException("not where a service is: " + url);
        }
    }

    /** The same, said again. */
    public ServiceInfo at(Instant now) {
        return new ServiceInfo(id, kind, url, startedAt, now);
    }

    /** By clocks that agree to within some seconds. */
    public State stateAt(Instant now) {
        Duration silent = Duration.between(announcedAt, now);
        if (silent.compareTo(FORGOTTEN_AFTER) > 0) {
            return State.FORGOTTEN;
        }
        return silent.compareTo(DOWN_AFTER) > 0 ? State.DOWN : State.UP;
    }
}

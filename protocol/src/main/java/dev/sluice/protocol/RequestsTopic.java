package dev.sluice.protocol;

import java.util.Optional;

/** The topic that holds the requests of one lane of one pool. */
public record RequestsTopic(PoolName pool, Lane lane) implements Comparable<RequestsTopic> {

    /** {@code sluice.requests.<pool>}, with {@code .high} or {@code .low} for those lanes. */
    public String name() {
        String base = Topics.REQUESTS_PREFIX + pool;
        return lane == Lane.NORMAL ? base : base + "." + lane.text();
    }

    /** The requests topic of this name; empty for any other topic. */
    public static Optional<RequestsTopic> parse(String topic) {
        if (!topic.startsWith(Topics.REQUESTS_PREFIX)) {
            return Optional.empty();
        }
        String rest = topic.substring(Topics.REQUESTS_PREFIX.length());
        int dot = rest.indexOf('.');
        if (dot < 0) {
            return PoolName.parse(rest).map(pool -> new RequestsTopic(pool, Lane.NORMAL));
        }
        String suffix = rest.substring(dot + 1);
        for (Lane lane : Lane.values()) {
            if (lane != Lane.NORMAL && lane.text().equals(suffix)) {
                return PoolName.parse(rest.substring(0, dot))
                        .map(pool -> new RequestsTopic(pool, lane));
            }
        }
        return Optional.empty();
    }

    /** The same in every JVM, which an enum's is not: what iterates over a map can be repeated. */
    @Override
    public int hashCode() {
        return 31 * pool.hashCode() + lane.text().hashCode();
    }

    @Override
    public int compareTo(RequestsTopic other) {
        int byPool = pool.compareTo(other.pool);
        return byPool != 0 ? byPool : lane.compareTo(other.lane);
    }

    @Override
    public String toString() {
        return name();
    }
}

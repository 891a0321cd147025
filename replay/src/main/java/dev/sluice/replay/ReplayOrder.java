package dev.sluice.replay;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is replayed, and where to.
 *
 * @param toPool empty: each request goes to its own pool
 * @param priority the lane that all of them go to
 * @param max at most so many, the oldest first
 */
public record ReplayOrder(
        Selection selection, Optional<PoolName> toPool, Lane priority, Optional<Long> max) {

    /** Where a request of this topic is sent. */
    public RequestsTopic target(RequestsTopic from) {
        return new RequestsTopic(toPool.orElse(from.pool()), priority);
    }

    /** Everywhere that requests of these topics are sent. */
    public Set<RequestsTopic> targets(Set<RequestsTopic> from) {
        var targets = new TreeSet<RequestsTopic>();
        from.forEach(topic -> targets.add(target(topic)));
        return targets;
    }
}

package dev.sluice.replay;

import dev.sluice.protocol.Lane;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Which requests of the log are meant: those that meet every criterion.
 *
 * @param pool of this pool alone; empty: of all
 * @param lanes of these lanes; empty: of all
 * @param from appended then or later, by the broker's time
 * @param to appended before
 * @param ids these alone; empty: all
 * @param statuses ended by one of these rules; empty: ended in any way
 * @param node of the last attempt
 * @param path what the target begins with
 */
public record Selection(
        Optional<PoolName> pool,
        Set<Lane> lanes,
        Optional<Instant> from,
        Optional<Instant> to,
        Set<RequestId> ids,
        Set<StatusRule> statuses,
        Optional<String> node,
        Optional<String> path,
        Sample sample) {

    public Selection {
        lanes = Set.copyOf(lanes);
        ids = Set.copyOf(ids);
        statuses = Set.copyOf(statuses);
    }

    /** Whether requests of this topic may be meant. */
    public boolean mayHave(RequestsTopic topic) {
        return (pool.isEmpty() || pool.get().equals(topic.pool()))
                && (lanes.isEmpty() || lanes.contains(topic.lane()))
                && (ids.isEmpty() || ids.stream().anyMatch(id -> isIn(topic, id)));
    }

    /** What the request itself tells: every criterion but how it ended. */
    public boolean mayHave(RequestId id, Instant appendedAt, String target) {
        return mayHaveLane(id.position().topic())
                && (ids.isEmpty() || ids.contains(id))
                && from.filter(appendedAt::isBefore).isEmpty()
                && (to.isEmpty() || appendedAt.isBefore(to.get()))
                && path.filter(prefix -> !target.startsWith(prefix)).isEmpty()
                && sample.includes(id);
    }

    /**
     * Whether a request that ended so is meant. A duplicate was never sent and never is; a request
     * without a result is still to be sent by itself, so only who says {@code pending} means it.
     */
    public boolean hasEnd(End end) {
        if (end.kind() == End.Kind.DUPLICATE || !isOfNode(end)) {
            return false;
        }
        return statuses.isEmpty()
                ? end.kind() != End.Kind.PENDING
                : statuses.stream().anyMatch(rule -> rule.matches(end));
    }

    /** The same of a part of the time. */
    public Selection within(Instant start, Instant end) {
        return new Selection(
                pool,
                lanes,
                Optional.of(start),
                Optional.of(end),
                ids,
                statuses,
                node,
                path,
                sample);
    }

    /** The same up to another end. */
    Selection until(Instant end) {
        return new Selection(
                pool, lanes, from, Optional.of(end), ids, statuses, node, path, sample);
    }

    private boolean isOfNode(End end) {
        return node.isEmpty() || node.equals(end.node());
    }

    private boolean mayHaveLane(RequestsTopic topic) {
        return (pool.isEmpty() || pool.get().equals(topic.pool()))
                && (lanes.isEmpty() || lanes.contains(topic.lane()));
    }

    private static boolean isIn(RequestsTopic topic, RequestId id) {
        return id.position().topic().equals(topic);
    }
}

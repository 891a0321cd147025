package dev.sluice.cli.audit;

import dev.sluice.protocol.RequestsTopic;
import java.util.Map;
import java.util.Set;

/**
 * What of one shard is audited.
 *
 * @param requests by requests topic that belongs to the scope
 * @param otherTopics requests topics that are there and do not belong to it
 */
public record ShardExtent(
        int shard, Map<RequestsTopic, Requests> requests, Set<RequestsTopic> otherTopics) {

    /**
     * A partition of a requests topic.
     *
     * @param begin first offset that is still in the log
     * @param from first offset that is audited, {@code begin} or more
     * @param to first offset that is not audited any more
     * @param end of the log, when the audit began
     * @param next everything below is done, by the committed checkpoint; 0 where there is none
     */
    public record Requests(long begin, long from, long to, long end, long next) {

        public Requests {
            if (begin < 0 || from < begin || to < from || end < to || next < 0) {
                throw new IllegalArgumentException(
                        "no extent: %d, %d to %d, %d, %d".formatted(begin, from, to, end, next));
            }
        }

        boolean isAudited(long offset) {
            return offset >= from && offset < to;
        }

        /** The same after more of it has been trimmed. */
        Requests trimmedTo(long newBegin) {
            return new Requests(
                    newBegin,
                    Math.max(from, newBegin),
                    Math.max(to, newBegin),
                    Math.max(end, newBegin),
                    next);
        }
    }

    public ShardExtent {
        requests = Map.copyOf(requests);
        otherTopics = Set.copyOf(otherTopics);
    }
}

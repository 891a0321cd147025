package dev.sluice.worker.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a gate's keeper knows of its node, for the next keeper.
 *
 * @param node the node's id
 * @param requests where the pace of requests stands
 * @param bytes where the pace of bytes stands
 * @param sent what was sent and still counts; of one that follows another, what is new in it
 * @param unknown what its keeper itself did not know
 * @param closedUntil the node asked to be left alone until then
 */
public record NodeHistory(
        String node,
        PaceState requests,
        PaceState bytes,
        List<Sent> sent,
        List<Unknown> unknown,
        OptionalLong closedUntil) {

    public NodeHistory {
        sent = List.copyOf(sent);
        unknown = List.copyOf(unknown);
    }

    /** This one, with what came after it. */
    public NodeHistory followedBy(NodeHistory later, long nowNanos) {
        int over = 0; // the oldest come first
        while (over < sent.size() && sent.get(over).untilNanos() - nowNanos <= 0) {
            over++;
        }
        var all = new ArrayList<Sent>(sent.size() - over + later.sent.size());
        all.addAll(sent.subList(over, sent.size()));
        all.addAll(later.sent);
        return new NodeHistory(
                node, later.requests, later.bytes, all, later.unknown, later.closedUntil);
    }

    /** The same by a clock that shows so much more. */
    public NodeHistory shifted(long byNanos) {
        return new NodeHistory(
                node,
                requests.shifted(byNanos),
                bytes.shifted(byNanos),
                sent.stream().map(s -> s.shifted(byNanos)).toList(),
                unknown.stream().map(u -> u.shifted(byNanos)).toList(),
                closedUntil.isPresent()
                        ? OptionalLong.of(closedUntil.getAsLong() + byNanos)
                        : closedUntil);
    }
}

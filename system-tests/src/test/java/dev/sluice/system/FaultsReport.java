package dev.sluice.system;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the log and the nodes say of a run with faults.
 *
 * @param accepted ids that clients were given
 * @param endedAt when the first result of each request stood in the log
 * @param superseded results that came second
 * @param refused answers other than 202
 * @param sends when the nodes received each request
 * @param faults what happened
 * @param uses of the nodes' limits
 */
record FaultsReport(
        Set<String> accepted,
        Map<String, Instant> endedAt,
        int superseded,
        int refused,
        Map<String, List<Instant>> sends,
        List<Happened> faults,
        List<Use> uses) {

    /**
     * A fault.
     *
     * @param from just before it was done
     * @param until when it had taken effect: a signal takes some milliseconds to be sent; the
     *     broker: when it was back
     */
    record Happened(String fault, Instant from, Instant until) {}

    /** A node's limit, the most it got in any minute, and all it got. */
    record Use(int rpm, long peak, long total) {}

    /** Accepted, and without a result. */
    Set<String> lost() {
        var lost = new HashSet<>(accepted);
        lost.removeAll(endedAt.keySet());
        return lost;
    }

    /** Accepted, and never seen by a node. */
    Set<String> unseen() {
        var unseen = new HashSet<>(accepted);
        unseen.removeAll(sends.keySet());
        return unseen;
    }

    /** Sends beyond the first of each request. */
    int repeats() {
        return sends.values().stream().mapToInt(of -> of.size() - 1).sum();
    }

    /** Requests that were under way when something happened: sent, and no result in the log. */
    int underWayAtFaults() {
        int underWay = 0;
        for (Happened fault : faults) {
            for (Map.Entry<String, List<Instant>> entry : sends.entrySet()) {
                Instant end = endedAt.get(entry.getKey());
                if (entry.getValue().getFirst().isBefore(fault.until())
                        && (end == null || end.isAfter(fault.from()))) {
                    underWay++;
                }
            }
        }
        return underWay;
    }

    /** Requests sent again although nothing had happened between two sends. */
    List<String> repeatsWithoutFault() {
        var without = new ArrayList<String>();
        sends.forEach(
                (id, times) -> {
                    var sorted = times.stream().sorted().toList();
                    for (int i = 1; i < sorted.size(); i++) {
                        Instant from = sorted.get(i - 1);
                        Instant to = sorted.get(i);
                        if (faults.stream()
                                .noneMatch(
                                        // a node may have it a moment after the worker is gone
                                        f ->
                                                f.until().isAfter(from.minusSeconds(12))
                                                        && f.from().isBefore(to))) {
                            without.add(id + " at " + from + " and " + to);
                        }
                    }
                });
        return without;
    }

    @Override
    public String toString() {
        return """
                accepted %d (%d answers were others), lost %d, seen by no node %d
                results beyond the first: %d
                sent more than once: %d, under way at the faults: %d, without a fault: %d
                faults: %s
                nodes (limit, most in a minute, all): %s
                """
                .formatted(
                        accepted.size(),
                        refused,
                        lost().size(),
                        unseen().size(),
                        superseded,
                        repeats(),
                        underWayAtFaults(),
                        repeatsWithoutFault().size(),
                        faults.stream().map(Happened::fault).toList(),
                        uses);
    }
}

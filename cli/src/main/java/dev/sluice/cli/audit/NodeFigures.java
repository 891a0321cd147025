package dev.sluice.cli.audit;

import java.util.Optional;

/**
 * What one node was sent, as the results that were read tell it.
 *
 * @param limit empty where the nodes topic does not know the node: then it is not judged
 * @param bytes of the requests' bodies
 * @param mostRequests in any sliding 60 s
 * @param mostBytes in any sliding 60 s, perhaps another
 */
public record NodeFigures(
        String node,
        Optional<NodeLimits.Limit> limit,
        long sends,
        long bytes,
        Optional<Peak> mostRequests,
        Optional<Peak> mostBytes) {

    static NodeFigures of(String node, Optional<NodeLimits.Limit> limit, Sends inOrder) {
        long bytes = 0;
        for (int i = 0; i < inOrder.size(); i++) {
            bytes += inOrder.bytes(i);
        }
        return new NodeFigures(
                node, limit, inOrder.size(), bytes, Peak.requests(inOrder), Peak.bytes(inOrder));
    }

    /** Whether some 60 s had more than its limit. */
    public boolean aboveLimit() {
        var found = new Breaches();
        judge(found);
        return found.count() > 0;
    }

    void judge(Breaches breaches) {
        limit.ifPresent(
                known -> {
                    mostRequests
                            .filter(peak -> peak.amount() > known.rpm())
                            .ifPresent(
                                    peak ->
                                            breaches.add(
                                                    new Breach.AboveLimit(
                                                            node, "requests", known.rpm(), peak)));
                    mostBytes
                            .filter(peak -> peak.amount() > known.bpm())
                            .ifPresent(
                                    peak ->
                                            breaches.add(
                                                    new Breach.AboveLimit(
                                                            node, "bytes", known.bpm(), peak)));
                });
    }
}

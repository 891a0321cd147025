package dev.sluice.cli.audit;

import dev.sluice.protocol.ProtocolJson;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The report as one JSON object, {@code snake_case}; docs/operations.md describes it. */
public final class AuditJson {

    private AuditJson() {}

    public static ObjectNode of(AuditReport report) {
        var json = ProtocolJson.mapper().createObjectNode();
        json.put("audited_at", report.at().toString());
        json.put("clean", report.breachCount() == 0);
        var scope = json.putObject("scope");
        scope.put("from", text(report.scope().from()));
        scope.put("to", text(report.scope().to()));
        scope.put("pool", report.scope().pool().map(Object::toString).orElse(null));
        requests(json.putObject("requests"), report.requests());
        var pools = json.putObject("pools");
        report.pools().forEach((pool, f) -> requests(pools.putObject(pool.value()), f));
        results(json.putObject("results"), report.results());
        sends(json.putObject("sends"), report.sends());
        var nodes = json.putArray("nodes");
        report.nodes().forEach(node -> node(nodes.addObject(), node));
        var counts = json.putObject("breach_counts");
        report.breachCounts().forEach(counts::put);
        var breaches = json.putArray("breaches");
        report.breaches()
                .forEach(
                        breach ->
                                breaches.addObject()
                                        .put("kind", breach.kind())
                                        .put("subject", breach.subject())
                                        .put("detail", breach.text()));
        return json;
    }

    private static void requests(ObjectNode json, PoolFigures figures) {
        json.put("accepted", figures.accepted());
        json.put("succeeded", figures.succeeded());
        json.put("failed", figures.failed());
        var by = json.putObject("failed_by_reason");
        figures.failedBy().forEach((reason, count) -> by.put(reason.text(), count));
        json.put("expired", figures.expired());
        json.put("duplicates", figures.duplicates());
        json.put("pending", figures.pending());
        json.put("lost", figures.lost());
        json.put("result_trimmed", figures.resultTrimmed());
    }

    private static void results(ObjectNode json, ResultFigures figures) {
        json.put("read", figures.read());
        json.put("superseded", figures.superseded());
        json.put("recorded_again", figures.recordedAgain());
        json.put("stray", figures.stray());
        json.put("of_trimmed_requests", figures.ofTrimmed());
        json.put("outside_scope", figures.outside());
        json.put("of_no_topic", figures.ofNoTopic());
        json.put("unreadable", figures.unreadable());
    }

    private static void sends(ObjectNode json, SendFigures figures) {
        json.put("attempts", figures.attempts());
        json.put("no_connection", figures.noConnection());
        json.put("unlisted", figures.unlisted());
        json.put("requests_sent_again", figures.sentAgain());
        json.put("in_superseded", figures.inSuperseded());
    }

    private static void node(ObjectNode json, NodeFigures figures) {
        json.put("id", figures.node());
        json.put("pool", figures.limit().map(limit -> limit.pool().value()).orElse(null));
        json.put("rpm", figures.limit().map(NodeLimits.Limit::rpm).orElse(null));
        json.put("bpm", figures.limit().map(NodeLimits.Limit::bpm).orElse(null));
        json.put("limit_changed", figures.limit().map(NodeLimits.Limit::changed).orElse(null));
        json.put("limit_as_of", text(figures.limit().map(NodeLimits.Limit::asOf)));
        json.put("sends", figures.sends());
        json.put("bytes", figures.bytes());
        peak(json, "most_requests", figures.mostRequests());
        peak(json, "most_bytes", figures.mostBytes());
        json.put("above_limit", figures.aboveLimit());
    }

    private static void peak(ObjectNode json, String name, Optional<Peak> peak) {
        var object = json.putObject(name);
        object.put("amount", peak.map(Peak::amount).orElse(0L));
        object.put("from", text(peak.map(Peak::from)));
        object.put("to", text(peak.map(Peak::to)));
    }

    private static @Nullable String text(Optional<Instant> instant) {
        return instant.map(Instant::toString).orElse(null);
    }
}

package dev.sluice.cli.audit;

import dev.sluice.cli.text.Table;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.PoolName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The report for people, the verdict last. */
public final class AuditText {

    private static final String LINE = System.lineSeparator();

    private final AuditReport report;
    private final StringBuilder text = new StringBuilder();

    private AuditText(AuditReport report) {
        this.report = report;
    }

    public static String of(AuditReport report) {
        var page = new AuditText(report);
        page.requests();
        page.notes();
        page.nodes();
        page.verdict();
        return page.text.toString();
    }

    private void requests() {
        line("Requests accepted %s:".formatted(scope()));
        line();
        var table =
                new Table("POOL", "ACCEPTED", "SUCCEEDED", "FAILED", "EXPIRED", "PENDING", "LOST");
        report.pools().forEach((pool, figures) -> row(table, pool.toString(), figures));
        if (report.pools().size() > 1) {
            row(table, "(all)", report.requests());
        }
        text.append(table);
        line();
    }

    private String scope() {
        AuditScope scope = report.scope();
        return scope.from().map(from -> "from " + from).orElse("from the start of the log")
                + scope.to().map(to -> " to " + to).orElse(" to its end at " + seconds(report.at()))
                + scope.pool().map(pool -> ", in pool " + pool).orElse("");
    }

    private static void row(Table table, String name, PoolFigures figures) {
        table.row(
                name,
                figures.accepted(),
                figures.succeeded(),
                figures.failed(),
                figures.expired(),
                figures.pending(),
                figures.lost());
    }

    private void notes() {
        PoolFigures requests = report.requests();
        ResultFigures results = report.results();
        SendFigures sends = report.sends();
        if (requests.failed() > 0) {
            line("failed: " + reasons(requests));
        }
        note(requests.duplicates(), "duplicates by their idempotency key: the first one's result");
        note(
                requests.resultTrimmed(),
                "done, and so old that the result may be trimmed: not judged");
        line("%d results were read, %d superseded".formatted(results.read(), results.superseded()));
        note(results.recordedAgain(), "recorded again by a worker that heard no answer");
        note(results.ofTrimmed(), "of requests that are trimmed");
        note(results.outside(), "of requests outside of this scope");
        note(results.ofNoTopic(), "of pools whose requests topic is gone");
        note(results.stray(), "of no request in the log");
        note(results.unreadable(), "unreadable");
        line(
                "%d attempts were made; %d requests were sent more than once"
                        .formatted(sends.attempts(), sends.sentAgain()));
        note(sends.noConnection(), "attempts found no connection, so their node saw nothing");
        note(sends.inSuperseded(), "sends more stand in superseded results");
        note(
                sends.unlisted(),
                "attempts are not listed in their results, which keep %d each: not in the windows"
                        .formatted(Attempt.MAX_KEPT));
        line();
    }

    private void note(long count, String what) {
        if (count > 0) {
            line("  %d %s".formatted(count, what));
        }
    }

    private static String reasons(PoolFigures requests) {
        return requests.failedBy().entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey().text())
                .collect(Collectors.joining(", "));
    }

    private void nodes() {
        if (report.nodes().isEmpty()) {
            line("No node was sent anything.");
            line();
            return;
        }
        var table =
                new Table(
                        "NODE", "POOL", "SENDS", "RPM", "MOST", "USE", "FROM", "BPM", "MOST", "USE",
                        "FROM");
        for (NodeFigures node : report.nodes()) {
            Optional<NodeLimits.Limit> limit = node.limit();
            String changed = limit.filter(NodeLimits.Limit::changed).map(l -> "*").orElse("");
            table.row(
                    node.node(),
                    limit.map(NodeLimits.Limit::pool).map(PoolName::toString).orElse("-"),
                    node.sends(),
                    limit.map(l -> l.rpm() + changed).orElse("-"),
                    amount(node.mostRequests()),
                    use(node.mostRequests(), limit.map(l -> (long) l.rpm())),
                    from(node.mostRequests()),
                    limit.map(l -> l.bpm() + changed).orElse("-"),
                    amount(node.mostBytes()),
                    use(node.mostBytes(), limit.map(NodeLimits.Limit::bpm)),
                    from(node.mostBytes()));
        }
        text.append(table);
        footnotes();
        line();
    }

    private void footnotes() {
        line();
        line("MOST: in any sliding 60 s, by the time at which the worker wrote the request to");
        line("the node, on its clock. What no result tells of is not in it: what is in flight,");
        line("and what a worker sent that died before it could record it.");
        boolean changed =
                report.nodes().stream()
                        .flatMap(node -> node.limit().stream())
                        .anyMatch(NodeLimits.Limit::changed);
        line(
                changed
                        ? "Limits as of now; *: the largest that the nodes topic still knows."
                        : "Limits as of now.");
        boolean unknown = report.nodes().stream().anyMatch(node -> node.limit().isEmpty());
        if (unknown) {
            line("-: the nodes topic does not know this node; it is not judged.");
        }
    }

    private static String amount(Optional<Peak> peak) {
        return peak.map(p -> Long.toString(p.amount())).orElse("0");
    }

    /** Rounded down, so that 100.0% is the limit or more. */
    private static String use(Optional<Peak> peak, Optional<Long> limit) {
        if (limit.isEmpty()) {
            return "-";
        }
        long permille = peak.map(Peak::amount).orElse(0L) * 1000 / limit.get();
        return "%d.%d%%".formatted(permille / 10, permille % 10);
    }

    private static String from(Optional<Peak> peak) {
        return peak.map(p -> seconds(p.from())).orElse("-");
    }

    private static String seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void verdict() {
        if (report.breachCount() == 0) {
            line(
                    "No promise is broken: each accepted request has exactly one result that counts"
                            + " or is pending,");
            line("and no node was sent more than its limit in any 60 s.");
            return;
        }
        line(
                "BROKEN: "
                        + report.breachCounts().entrySet().stream()
                                .map(AuditText::words)
                                .collect(Collectors.joining(", ")));
        line();
        for (Breach breach : report.breaches()) {
            line("  %-18s  %s: %s".formatted(breach.kind(), breach.subject(), breach.text()));
        }
        long more = report.breachCount() - report.breaches().size();
        note(more, "more, of the same kinds");
    }

    private static String words(Map.Entry<String, Long> count) {
        return count.getValue() + " " + count.getKey();
    }

    private void line(String line) {
        text.append(line).append(LINE);
    }

    private void line() {
        text.append(LINE);
    }
}

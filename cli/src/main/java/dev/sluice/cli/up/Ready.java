package dev.sluice.cli.up;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the user needs to know of a stack that is ready.
 *
 * @param workers in this process
 * @param kafka the broker's address
 * @param embedded whether the broker runs in this process
 * @param took from the start
 */
public record Ready(
        Urls urls, int workers, String kafka, boolean embedded, Path data, Duration took) {

    /** The text that {@code up} prints; {@code nodesTable} stands in it as it is. */
    public String text(String nodesTable) {
        var text = new StringBuilder();
        text.append("Sluice is ready (%.1f s).%n%n".formatted(took.toMillis() / 1000.0));
        line(text, "ingress", urls.ingress());
        line(text, "statistics", urls.stats());
        line(text, "workers", urls.worker() + "   (" + workers + " in this process)");
        line(text, "monitor", urls.monitor());
        line(text, "Kafka", kafka + (embedded ? "   (embedded)" : ""));
        line(text, "data", data.toString());
        text.append(System.lineSeparator());
        nodesTable.lines().forEach(l -> text.append("  ").append(l).append("%n".formatted()));
        text.append(
                """

                Try it:
                  curl -i %1$s/ -d 'hello'                       # 202: it is in the log
                  curl -i %1$s/ -d 'hello' -H 'Prefer: wait=10'  # the node's answer
                  ./sluice nodes list

                Ctrl-C stops; what is queued then is still queued at the next start.
                """
                        .formatted(urls.ingress()));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-11s %s%n".formatted(name, value));
    }
}

package dev.sluice.cli.up;

import dev.sluice.cli.data.SecretFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What the user needs to know of a stack that is ready.
 *
 * @param workers in this process
 * @param kafka the broker's address
 * @param embedded whether the broker runs in this process
 * @param adminToken the one that is kept with the data; empty where the settings name one
 * @param took from the start
 */
public record Ready(
        Urls urls,
        int workers,
        String kafka,
        boolean embedded,
        Path data,
        Optional<SecretFile.Kept> adminToken,
        Duration took) {

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
        line(
                text,
                "admin token",
                adminToken.map(Ready::token).orElse("SLUICE_ADMIN_TOKEN, as set"));
        text.append(System.lineSeparator());
        nodesTable.lines().forEach(l -> text.append("  ").append(l).append("%n".formatted()));
        text.append(
                """

                Try it:
                  curl -i %1$s/ -d 'hello'                       # 202: it is in the log
                  curl -i %1$s/ -d 'hello' -H 'Prefer: wait=10'  # the node's answer
                  ./sluice nodes list
                  ./sluice nodes put FILE%2$s   # adds nodes, or changes them

                Ctrl-C stops; what is queued then is still queued at the next start.
                """
                        .formatted(
                                urls.ingress(), adminToken.isPresent() ? " --data " + data : ""));
        return text.toString();
    }

    /** Shown once, when it is made; from then on whoever may read the file has it. */
    private static String token(SecretFile.Kept kept) {
        return kept.made()
                ? "%s   (made now, kept in %s)".formatted(kept.secret().value(), kept.file())
                : "in " + kept.file();
    }

    private static void line(StringBuilder text, String name, String value) {
        text.append("  %-11s %s%n".formatted(name, value));
    }
}

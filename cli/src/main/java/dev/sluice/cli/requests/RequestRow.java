package dev.sluice.cli.requests;

import dev.sluice.cli.text.Table;
import dev.sluice.replay.End;
import dev.sluice.replay.kafka.RequestList.Listed;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/** A request in one line, for people. */
public final class RequestRow {

    // a target may be 8 KiB long
    private static final int PATH_MAX = 60;

    private RequestRow() {}

    /** Aligned, with heads; a sentence where there is none. */
    public static String table(List<Listed> requests) {
        if (requests.isEmpty()) {
            return "No such request in the log so far." + System.lineSeparator();
        }
        var table =
                new Table(
                        "ACCEPTED",
                        "ID",
                        "POOL",
                        "LANE",
                        "METHOD",
                        "PATH",
                        "BYTES",
                        "STATUS",
                        "ATTEMPTS",
                        "NODE");
        for (Listed request : requests) {
            var topic = request.id().position().topic();
            table.row(
                    time(request),
                    request.id(),
                    topic.pool(),
                    topic.lane().text(),
                    request.method(),
                    path(request),
                    request.bodyBytes(),
                    status(request.end()),
                    request.end().attempts(),
                    request.end().node().orElse("-"));
        }
        return table.toString();
    }

    /** By itself, as they come. */
    public static String line(Listed request) {
        return String.format(
                Locale.ROOT,
                "%s  %s  %s  %s %s  %d bytes  %s  %d  %s",
                time(request),
                request.id(),
                request.id().position().topic().lane().text(),
                request.method(),
                path(request),
                request.bodyBytes(),
                status(request.end()),
                request.end().attempts(),
                request.end().node().orElse("-"));
    }

    /** {@code succeeded 200}, {@code failed 503}, {@code failed timeout}, {@code pending}. */
    static String status(End end) {
        String more =
                end.status()
                        .map(Object::toString)
                        .or(() -> end.reason().map(reason -> reason.text()))
                        .orElse("");
        return more.isEmpty() ? end.kind().text() : end.kind().text() + " " + more;
    }

    private static String time(Listed request) {
        return request.queuedAt().truncatedTo(ChronoUnit.MILLIS).toString();
    }

    private static String path(Listed request) {
        String path = request.target();
        return path.length() <= PATH_MAX ? path : path.substring(0, PATH_MAX - 1) + "…";
    }
}

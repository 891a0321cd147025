package dev.sluice.system.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The table of the attacks, as Markdown. */
final class Report {

    private static final Path FILE = Path.of("target", "hostile.md");

    private final List<String> lines = new ArrayList<>();

    Report(PoliteClient.Served quiet) {
        lines.add(
                "| attack | its connections got | others: p50 / p99 (× quiet) | not served | heap, MiB"
                        + " | descriptors | slots | waiters |");
        lines.add("|---|---|---|---|---|---|---|---|");
        lines.add(
                "| none | | %s | %d of %d | | | | |"
                        .formatted(quiet.times(quiet), quiet.refused().size(), quiet.served()));
    }

    /** Adds a line; {@code before} and {@code after} the attack. */
    void line(
            String name,
            Map<String, Integer> got,
            PoliteClient.Served others,
            PoliteClient.Served quiet,
            State before,
            State during,
            State after) {
        lines.add(
                "| %s | %s | %s | %d of %d | %s | %s | %s | %s |"
                        .formatted(
                                name,
                                got,
                                others.times(quiet),
                                others.refused().size(),
                                others.served(),
                                steps(before.heap(), during.heap(), after.heap()),
                                steps(
                                        before.figures().descriptors(),
                                        during.figures().descriptors(),
                                        after.figures().descriptors()),
                                steps(
                                        before.figures().slots(),
                                        during.figures().slots(),
                                        after.figures().slots()),
                                steps(
                                        before.figures().waiters(),
                                        during.figures().waiters(),
                                        after.figures().waiters())));
    }

    /**
     * The system at one moment.
     *
     * @param heapBytes after a collection; 0 where there was none
     */
    record State(Figures figures, long heapBytes) {

        static State of(AttackedSluice sluice, boolean collected) {
            return new State(sluice.figures(), collected ? sluice.heapAfterCollection() : 0);
        }

        private long heap() {
            return heapBytes >> 20;
        }
    }

    private static String steps(long before, long during, long after) {
        return before + " → " + during + " → " + after;
    }

    /** Prints it, and writes it into a file. */
    void print() {
        String text = String.join("\n", lines) + "\n";
        System.out.println(text);
        try {
            Files.writeString(FILE, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

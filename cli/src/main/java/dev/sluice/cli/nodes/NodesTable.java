package dev.sluice.cli.nodes;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Nodes as an aligned table, one a line. */
public final class NodesTable {

    private static final List<String> HEADS =
            List.of("ID", "POOL", "URL", "RPM", "BPM", "MAX_IN_FLIGHT", "HEALTH", "SINCE");
    private static final int LIMITS_END = 6;
    private static final List<String> NUMBERS = List.of("RPM", "BPM", "MAX_IN_FLIGHT");

    private NodesTable() {}

    /** The table of what a monitor's {@code GET /nodes} answered. */
    public static String of(JsonNode answer) {
        return table(answer, HEADS.size());
    }

    /** The same without their health, which nobody knows when they have just been named. */
    public static String limitsOf(JsonNode answer) {
        return table(answer, LIMITS_END);
    }

    private static String table(JsonNode answer, int columns) {
        JsonNode nodes = answer.path("nodes");
        if (nodes.isEmpty()) {
            return "no nodes%n".formatted();
        }
        var rows = new ArrayList<List<String>>();
        rows.add(HEADS.subList(0, columns));
        nodes.forEach(node -> rows.add(row(node).subList(0, columns)));
        return aligned(rows);
    }

    private static List<String> row(JsonNode node) {
        JsonNode health = node.path("health");
        return List.of(
                text(node, "id"),
                text(node, "pool"),
                text(node, "url"),
                text(node, "rpm"),
                text(node, "bpm"),
                text(node, "max_in_flight"),
                text(health, "state").toLowerCase(Locale.ROOT),
                text(health, "since"));
    }

    private static String text(JsonNode object, String field) {
        String text = object.path(field).asString("");
        return text.isEmpty() ? "-" : text;
    }

    private static String aligned(List<List<String>> rows) {
        List<String> heads = rows.getFirst();
        var widths = new int[heads.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var table = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                boolean right = NUMBERS.contains(heads.get(i));
                String gap = " ".repeat(widths[i] - row.get(i).length());
                line.append(right ? gap + row.get(i) : row.get(i) + gap).append("  ");
            }
            table.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return table.toString();
    }
}

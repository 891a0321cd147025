package dev.sluice.cli.text;

import java.util.ArrayList;
import java.util.List;

/** An aligned table for people: columns of text to the left and of numbers to the right. */
public final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... heads) {
        rows.add(List.of(heads));
    }

    public void row(Object... cells) {
        var row = new ArrayList<String>();
        for (Object cell : cells) {
            row.add(cell.toString());
        }
        rows.add(row);
    }

    @Override
    public String toString() {
        var widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var lines = new StringBuilder();
        for (List<String> row : rows) {
            var line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String gap = " ".repeat(widths[i] - row.get(i).length());
                line.append(isNumber(i) ? gap + row.get(i) : row.get(i) + gap).append("  ");
            }
            lines.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return lines.toString();
    }

    private boolean isNumber(int column) {
        return rows.stream()
                .skip(1)
                .map(row -> row.get(column))
                .allMatch(cell -> cell.matches("[0-9]+([.][0-9]+)?[*%]?|-"));
    }
}

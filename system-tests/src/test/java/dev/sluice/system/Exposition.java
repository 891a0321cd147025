package dev.sluice.system;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What services say at {@code /metrics}, read as the text format 0.0.4 has it.
 *
 * @param types of the families, by name
 * @param helps of the families, by name
 */
record Exposition(List<Sample> samples, Map<String, String> types, Map<String, String> helps) {

    /** One series and its value. */
    record Sample(String name, Map<String, String> labels, double value) {}

    private static final Pattern SAMPLE =
            Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"(?:,|$)");

    /** Of all these services together. */
    static Exposition of(List<Client> services) {
        var all = new Exposition(new ArrayList<>(), new TreeMap<>(), new TreeMap<>());
        services.forEach(service -> all.read(Client.body(service.get("/metrics"))));
        return all;
    }

    private void read(String text) {
        for (String line : text.lines().toList()) {
            String[] words = line.split(" ", 4);
            if (line.startsWith("# TYPE ")) {
                types.put(words[2], words[3]);
            } else if (line.startsWith("# HELP ")) {
                helps.put(words[2], words.length < 4 ? "" : words[3]);
            } else if (!line.startsWith("#")) {
                samples.add(sample(line));
            }
        }
    }

    private static Sample sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        if (!matcher.matches()) {
            throw new AssertionError("not a sample: " + line);
        }
        var labels = new HashMap<String, String>();
        String inside = matcher.group(2) == null ? "" : matcher.group(2);
        Matcher label = LABEL.matcher(inside);
        int end = 0;
        while (label.find() && label.start() == end) {
            if (labels.put(label.group(1), label.group(2)) != null) {
                throw new AssertionError("a label stands twice: " + line);
            }
            end = label.end();
        }
        if (end != inside.length()) {
            throw new AssertionError("not labels: " + line);
        }
        // Prometheus writes them as Java reads them, but for this one
        String value = matcher.group(3).replace("+Inf", "Infinity");
        return new Sample(matcher.group(1), labels, Double.parseDouble(value));
    }

    Set<String> names() {
        var names = new TreeSet<String>();
        samples.forEach(sample -> names.add(sample.name()));
        return names;
    }

    /** The values that this label has in the series of this name. */
    Set<String> values(String name, String label) {
        var values = new TreeSet<String>();
        for (Sample sample : samples) {
            String value = sample.labels().get(label);
            if (sample.name().equals(name) && value != null) {
                values.add(value);
            }
        }
        return values;
    }

    /** The labels that series of this name have. */
    Set<String> labels(String name) {
        var labels = new TreeSet<String>();
        samples.stream()
                .filter(sample -> sample.name().equals(name))
                .forEach(sample -> labels.addAll(sample.labels().keySet()));
        return labels;
    }

    /** The sum of the series with this name and these labels, given as names and values in turn. */
    double sum(String name, String... labels) {
        return samples.stream()
                .filter(sample -> sample.name().equals(name) && has(sample, labels))
                .mapToDouble(Sample::value)
                .sum();
    }

    private static boolean has(Sample sample, String... labels) {
        for (int i = 0; i < labels.length; i += 2) {
            if (!labels[i + 1].equals(sample.labels().get(labels[i]))) {
                return false;
            }
        }
        return true;
    }
}

package dev.sluice.benchmarks.speed;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The speed of one load, and what it cost.
 *
 * @param perSecond requests
 * @param medianMillis from a request to its answer; 0 where nobody waited for one
 * @param cpuMicros of each process, for one request
 */
public record Measured(double perSecond, double medianMillis, Map<String, Double> cpuMicros) {

    /** The medians of each figure by itself. */
    public static Measured median(List<Measured> all) {
        var micros = new LinkedHashMap<String, Double>();
        for (String part : all.getFirst().cpuMicros.keySet()) {
            micros.put(part, middle(all, one -> one.cpuMicros.getOrDefault(part, 0.0)));
        }
        return new Measured(
                middle(all, Measured::perSecond), middle(all, Measured::medianMillis), micros);
    }

    private static double middle(List<Measured> all, ToDoubleFunction<Measured> figure) {
        return middle(all.stream().mapToDouble(figure).boxed().toList());
    }

    /** The median of some figures. */
    public static double middle(List<Double> figures) {
        return figures.stream().sorted().toList().get(figures.size() / 2);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(String.format(Locale.ROOT, "%,7.0f/s", perSecond));
        text.append(
                medianMillis == 0
                        ? "             "
                        : String.format(Locale.ROOT, "  p50 %4.1f ms", medianMillis));
        text.append("  µs of CPU each:");
        cpuMicros.forEach(
                (part, micros) -> {
                    if (micros >= 0.5) {
                        text.append(String.format(Locale.ROOT, " %s %.0f", part, micros));
                    }
                });
        return text.toString();
    }
}

package dev.sluice.cli.audit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Breaches as they are found: all are counted, and the first of each kind are kept. */
final class Breaches {

    // of each kind: enough to see what went wrong, and no heap of a million sentences
    static final int KEPT_MAX = 100;

    private final Map<String, List<Breach>> kept = new TreeMap<>();
    private final Map<String, Long> counts = new HashMap<>();

    void add(Breach breach) {
        counts.merge(breach.kind(), 1L, Long::sum);
        keep(breach);
    }

    void addAll(Breaches others) {
        others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
        others.kept.values().forEach(list -> list.forEach(this::keep));
    }

    long count() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** By kind. */
    Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    List<Breach> kept() {
        return kept.values().stream().flatMap(List::stream).toList();
    }

    private void keep(Breach breach) {
        List<Breach> list = kept.computeIfAbsent(breach.kind(), kind -> new ArrayList<>());
        if (list.size() < KEPT_MAX) {
            list.add(breach);
        }
    }
}

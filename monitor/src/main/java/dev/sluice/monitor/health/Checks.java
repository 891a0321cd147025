package dev.sluice.monitor.health;

import dev.sluice.protocol.NodeHealth;
import dev.sluice.protocol.NodeSpec;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The checks of the nodes that are ours: which are due, and what their results mean.
 *
 * <p>A node has at most one check under way. Not safe for use by several threads.
 */
public final class Checks {

    /**
     * A check to be made.
     *
     * @param number tells it from an earlier check of the same node that is no longer waited for
     */
    public record Check(String node, URI url, long number) {}

    // the first checks of many nodes are spread over this long, and so stay spread
    private static final long SPREAD_MAX_MS = 1_000;
    private static final long NONE = -1;

    private static final class Entry {
        final URI url;
        final @Nullable NodeHealth known;
        long dueNanos;
        long underWay = NONE;
        @Nullable Verdict verdict;

        Entry(URI url, @Nullable NodeHealth known, long dueNanos) {
            this.url = url;
            this.known = known;
            this.dueNanos = dueNanos;
        }
    }

    private final CheckRules rules;
    private final Map<String, Entry> entries = new HashMap<>();
    private long numbers;

    public Checks(CheckRules rules) {
        this.rules = rules;
    }

    /**
     * From now on these are the nodes to check; those that were not before start soon.
     *
     * @param known the latest health of a node as the log has it
     */
    public void keep(Collection<NodeSpec> nodes, Map<String, NodeHealth> known, long nowNanos) {
        var ids = new TreeSet<String>();
        for (NodeSpec spec : nodes) {
            ids.add(spec.id());
            Entry entry = entries.get(spec.id());
            if (entry == null) {
                NodeHealth before = known.get(spec.id());
                long due = nowNanos + spreadNanos(spec.id());
                entries.put(spec.id(), new Entry(spec.url(), before, due));
            } else if (!entry.url.equals(spec.url())) {
                // somewhere else: what was found before says nothing
                entries.put(spec.id(), new Entry(spec.url(), null, nowNanos));
            }
        }
        entries.keySet().retainAll(ids);
    }

    /** The checks to make now; each is under way from here on. */
    public List<Check> due(long nowNanos) {
        var due = new ArrayList<Check>();
        entries.forEach(
                (id, entry) -> {
                    if (entry.underWay == NONE && entry.dueNanos - nowNanos <= 0) {
                        entry.underWay = numbers++;
                        entry.dueNanos = nextDue(entry.dueNanos, nowNanos);
                        due.add(new Check(id, entry.url, entry.underWay));
                    }
                });
        return due;
    }

    /** How long until a check is due; at most {@code maxNanos}. */
    public long nanosUntilDue(long nowNanos, long maxNanos) {
        long nanos = maxNanos;
        for (Entry entry : entries.values()) {
            if (entry.underWay == NONE) {
                nanos = Math.min(nanos, Math.max(0, entry.dueNanos - nowNanos));
            }
        }
        return nanos;
    }

    /** The health to publish; empty when nobody waits for this check any more. */
    public Optional<NodeHealth> done(Check check, Finding finding, Instant at) {
        Entry entry = entries.get(check.node());
        if (entry == null || entry.underWay != check.number()) {
            return Optional.empty();
        }
        entry.underWay = NONE;
        Verdict verdict;
        if (entry.verdict != null) {
            verdict = entry.verdict.next(finding.good(), at, rules);
        } else if (entry.known != null) {
            verdict = Verdict.resume(entry.known, finding.good(), at, rules);
        } else {
            verdict = Verdict.first(finding.good(), at);
        }
        entry.verdict = verdict;
        int needed = finding.good() ? rules.healthyAfter() : rules.unhealthyAfter();
        String reason =
                verdict.against() == 0
                        ? finding.reason()
                        : "%s (%d of %d)".formatted(finding.reason(), verdict.against(), needed);
        return Optional.of(
                new NodeHealth(
                        check.node(),
                        verdict.state(),
                        at,
                        verdict.since(),
                        finding.latencyMs(),
                        reason,
                        rules.intervalMs()));
    }

    /** The ids of the nodes that we check. */
    public SortedSet<String> nodes() {
        return new TreeSet<>(entries.keySet());
    }

    /** At a fixed rate; after a delay from now on, without making up for what was missed. */
    private long nextDue(long dueNanos, long nowNanos) {
        long interval = TimeUnit.MILLISECONDS.toNanos(rules.intervalMs());
        long next = dueNanos + interval;
        return next - nowNanos <= 0 ? nowNanos + interval : next;
    }

    private long spreadNanos(String id) {
        long within = TimeUnit.MILLISECONDS.toNanos(Math.min(rules.intervalMs(), SPREAD_MAX_MS));
        // neighbouring ids have neighbouring hash codes: the golden ratio sets them apart
        return Math.floorMod(id.hashCode() * 0x9E3779B97F4A7C15L, within);
    }
}

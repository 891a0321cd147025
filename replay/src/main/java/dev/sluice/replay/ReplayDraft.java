package dev.sluice.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What is to be replayed and where to, as somebody typed it; its names are those of the options and
 * of the JSON.
 *
 * @param from a {@link Moment}
 * @param to a {@link Moment}; the start of the replay where it is later or none is given
 * @param max at most so many, the oldest first
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ReplayDraft(
        Optional<String> pool,
        List<String> lane,
        Optional<String> from,
        Optional<String> to,
        List<String> id,
        List<String> status,
        Optional<String> node,
        Optional<String> path,
        Optional<String> sample,
        Optional<String> toPool,
        Optional<String> priority,
        Optional<Long> max) {

    /** More are no selection by hand; each is looked up by itself. */
    public static final int MAX_IDS = 1_000;

    public ReplayDraft {
        lane = List.copyOf(Objects.requireNonNullElse(lane, List.<String>of()));
        id = List.copyOf(Objects.requireNonNullElse(id, List.<String>of()));
        status = List.copyOf(Objects.requireNonNullElse(status, List.<String>of()));
    }

    /** What stands in one field is not as it must be. */
    public record Flaw(String field, String must) {

        @Override
        public String toString() {
            return field + " " + must;
        }
    }

    /** Whether nothing is chosen. */
    public boolean choosesNothing() {
        return pool.isEmpty()
                && lane.isEmpty()
                && from.isEmpty()
                && to.isEmpty()
                && id.isEmpty()
                && status.isEmpty()
                && node.isEmpty()
                && path.isEmpty()
                && sample.isEmpty();
    }

    /** Everything that is wrong with it; empty when it is an order. */
    public List<Flaw> flaws(Instant now) {
        var flaws = new ArrayList<Flaw>();
        if (pool.isEmpty() && id.isEmpty()) {
            flaws.add(new Flaw("pool", "must be given, or ids"));
        }
        check(flaws, "to_pool", toPool.stream().toList(), PoolName.RULE, PoolName::parse);
        check(flaws, "priority", priority.stream().toList(), "high, normal or low", Lane::parse);
        if (max.isPresent() && max.get() < 1) {
            flaws.add(new Flaw("max", "must be 1 or more, not " + max.get()));
        }
        flaws.addAll(selectionFlaws(now));
        return flaws;
    }

    /** What is wrong with what it chooses alone. */
    public List<Flaw> selectionFlaws(Instant now) {
        var flaws = new ArrayList<Flaw>();
        if (id.size() > MAX_IDS) {
            flaws.add(new Flaw("id", "may be given at most %d times".formatted(MAX_IDS)));
        }
        check(flaws, "pool", pool.stream().toList(), PoolName.RULE, PoolName::parse);
        check(flaws, "lane", lane, "high, normal or low", Lane::parse);
        check(flaws, "from", from.stream().toList(), Moment.RULE, t -> moment(t, now));
        check(flaws, "to", to.stream().toList(), Moment.RULE, t -> moment(t, now));
        check(flaws, "id", id, "such as default.n3.1027.0k3j9x0q2m7vd", RequestId::parse);
        check(flaws, "status", status, StatusRule.RULE, StatusRule::parse);
        check(flaws, "node", node.stream().toList(), "a node's id", ReplayDraft::node);
        check(flaws, "path", path.stream().toList(), "a path from its / on", ReplayDraft::path);
        check(flaws, "sample", sample.stream().toList(), Sample.RULE, Sample::parse);
        if (flaws.isEmpty()) {
            Instant start = from.flatMap(t -> moment(t, now)).orElse(Instant.MIN);
            if (!start.isBefore(end(now))) {
                flaws.add(
                        new Flaw(
                                "from",
                                "must be before its end: no time lies from %s to %s"
                                        .formatted(start, end(now))));
            }
        }
        return flaws;
    }

    /**
     * The order, with times that are relative to this moment made absolute.
     *
     * @throws IllegalArgumentException with all flaws when it is none
     */
    public ReplayOrder order(Instant now) {
        List<Flaw> flaws = flaws(now);
        if (!flaws.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join("; ", flaws.stream().map(Flaw::toString).toList()));
        }
        return new ReplayOrder(
                selection(now).until(end(now)),
                toPool.flatMap(PoolName::parse),
                priority.flatMap(Lane::parse).orElse(Lane.LOW),
                max);
    }

    /** What it chooses; of a draft whose selection has no flaws. */
    public Selection selection(Instant now) {
        return new Selection(
                pool.flatMap(PoolName::parse),
                all(lane, Lane::parse),
                from.flatMap(text -> moment(text, now)),
                to.flatMap(text -> moment(text, now)),
                all(id, RequestId::parse),
                all(status, StatusRule::parse),
                node,
                path,
                sample.flatMap(Sample::parse).orElse(Sample.ALL));
    }

    /** Whether it chooses the same and sends it to the same place, when both are typed then. */
    public boolean meansTheSameAs(ReplayDraft other, Instant at) {
        return order(at).equals(other.order(at));
    }

    private Instant end(Instant now) {
        return to.flatMap(text -> moment(text, now)).filter(now::isAfter).orElse(now);
    }

    private static <T> void check(
            List<Flaw> flaws,
            String field,
            List<String> texts,
            String rule,
            Function<String, Optional<T>> parse) {
        for (String text : texts) {
            if (parse.apply(text).isEmpty()) {
                flaws.add(new Flaw(field, "must be %s; not '%s'".formatted(rule, text)));
            }
        }
    }

    private static <T> Set<T> all(List<String> texts, Function<String, Optional<T>> parse) {
        var all = new LinkedHashSet<T>();
        texts.forEach(text -> parse.apply(text).ifPresent(all::add));
        return all;
    }

    private static Optional<Instant> moment(String text, Instant now) {
        try {
            return Optional.of(Moment.parse(text, now));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> node(String text) {
        return Optional.of(text).filter(NodeSpec::isId);
    }

    private static Optional<String> path(String text) {
        return Optional.of(text).filter(path -> path.startsWith("/"));
    }
}

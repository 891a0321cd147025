package dev.sluice.replay;

import dev.sluice.protocol.RequestId;
import java.util.List;
import java.util.Optional;

/** A draft, one criterion after the other. */
record TestDraft(ReplayDraft get) {

    static TestDraft pool(String pool) {
        return of(Optional.of(pool), List.of());
    }

    static TestDraft ids(String... ids) {
        return of(Optional.empty(), List.of(ids));
    }

    private static TestDraft of(Optional<String> pool, List<String> ids) {
        return new TestDraft(
                new ReplayDraft(
                        pool,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        ids,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    TestDraft withStatus(String... status) {
        return with(get.lane(), get.id(), List.of(status), get.node(), get.path());
    }

    TestDraft withLane(String... lanes) {
        return with(List.of(lanes), get.id(), get.status(), get.node(), get.path());
    }

    TestDraft withNode(String node) {
        return with(get.lane(), get.id(), get.status(), Optional.of(node), get.path());
    }

    TestDraft withPath(String path) {
        return with(get.lane(), get.id(), get.status(), get.node(), Optional.of(path));
    }

    TestDraft withId(RequestId id) {
        return with(get.lane(), List.of(id.toString()), get.status(), get.node(), get.path());
    }

    TestDraft within(String from, String to) {
        return new TestDraft(
                new ReplayDraft(
                        get.pool(),
                        get.lane(),
                        Optional.of(from),
                        Optional.of(to),
                        get.id(),
                        get.status(),
                        get.node(),
                        get.path(),
                        get.sample(),
                        get.toPool(),
                        get.priority(),
                        get.max()));
    }

    TestDraft sentTo(String pool, String priority, long max, String sample) {
        return new TestDraft(
                new ReplayDraft(
                        get.pool(),
                        get.lane(),
                        get.from(),
                        get.to(),
                        get.id(),
                        get.status(),
                        get.node(),
                        get.path(),
                        Optional.of(sample),
                        Optional.of(pool),
                        Optional.of(priority),
                        Optional.of(max)));
    }

    private TestDraft with(
            List<String> lane,
            List<String> ids,
            List<String> status,
            Optional<String> node,
            Optional<String> path) {
        return new TestDraft(
                new ReplayDraft(
                        get.pool(),
                        lane,
                        get.from(),
                        get.to(),
                        ids,
                        status,
                        node,
                        path,
                        get.sample(),
                        get.toPool(),
                        get.priority(),
                        get.max()));
    }
}

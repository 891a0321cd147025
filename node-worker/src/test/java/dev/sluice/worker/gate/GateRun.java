package dev.sluice.worker.gate;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.testkit.SlidingWindow;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;

/** One gate and its node in virtual time, with work that always waits. */
final class GateRun {

    /** A nano time that soon wraps around, as any may. */
    static final long START = Long.MAX_VALUE - 30_000_000_000L;

    static final Duration MARGIN = Duration.ofMillis(200);
    static final Duration GRANT_AGE = Duration.ofMillis(300);
    static final int LARGEST_BODY = 1 << 20;
    static final GateSettings SETTINGS =
            new GateSettings(
                    MARGIN,
                    GRANT_AGE,
                    Duration.ofSeconds(30),
                    LARGEST_BODY,
                    Duration.ofSeconds(5),
                    LaneWeights.DEFAULT);

    private record Event(long nanos, long order, Runnable action) {}

    final List<SlidingWindow.Hit> hits = new ArrayList<>(); // as the node counts
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    (a, b) ->
                            a.nanos != b.nanos
                                    ? Long.signum(a.nanos - b.nanos)
                                    : Long.compare(a.order, b.order));
    private final Random random;
    private final IntSupplier sizes;
    private final long latencyMinNanos;
    private final long latencyMaxNanos;
    private boolean loseReports;
    private long lastGrant;
    private long order;
    private int size;
    Gate gate;
    long now = START;
    int most; // in flight at one time

    GateRun(NodeSpec spec, Random random, IntSupplier sizes, int latencyMin, int latencyMax) {
        this.gate = new Gate(spec, SETTINGS, START, START);
        this.random = random;
        this.sizes = sizes;
        this.latencyMinNanos = latencyMin * 1_000_000L;
        this.latencyMaxNanos = latencyMax * 1_000_000L;
        this.size = sizes.getAsInt();
    }

    static NodeSpec node(int rpm, long bpm, int maxInFlight) {
        URI url = URI.create("http://127.0.0.1:1");
        return new NodeSpec("n", PoolName.DEFAULT, url, rpm, bpm, maxInFlight, Optional.empty());
    }

    /** Some writes are not reported, or some time after. */
    GateRun losingReports() {
        loseReports = true;
        return this;
    }

    void at(Duration later, Runnable action) {
        post(START + later.toNanos(), action);
    }

    /**
     * Another keeper takes over then: it was told all at one time, and at another, some time before
     * the end, what had become new since.
     */
    void handOver(Duration later, Duration since, Duration unheard, NodeSpec spec) {
        var told = new ArrayList<NodeHistory>();
        var asOf = new AtomicLong();
        var teller = new ArrayList<Gate>();
        long end = later.toNanos();
        post(
                START + end - since.toNanos() - unheard.toNanos(),
                () -> {
                    teller.add(gate);
                    gate.newHistory(now);
                    told.add(gate.history(now));
                });
        Runnable tellNews =
                () -> {
                    if (teller.getFirst() == gate) {
                        told.add(told.removeFirst().followedBy(gate.newHistory(now), now));
                        asOf.set(now);
                    } else {
                        told.clear(); // there was another handover meanwhile
                    }
                };
        if (!unheard.isZero()) {
            post(START + end - unheard.toNanos(), tellNews);
        }
        post(
                START + end,
                () -> {
                    if (unheard.isZero()) {
                        tellNews.run(); // its last word
                    }
                    boolean toldByIt = teller.getFirst() == gate && !told.isEmpty();
                    Gate next = new Gate(spec, SETTINGS, now, now);
                    gate = next;
                    post(
                            now + random.nextLong(300_000_000L),
                            () -> {
                                if (toldByIt && next == gate) {
                                    next.goOn(told.getFirst(), asOf.get(), now);
                                }
                            });
                });
    }

    /** Sends whenever the gate is open, until then. */
    void runUntil(Duration later) {
        long end = START + later.toNanos();
        while (now - end < 0) {
            long wake = end;
            switch (gate.opening(size, now)) {
                case Opening.Now n -> {
                    if (gate.tryTake(++lastGrant, size, now)) {
                        send(lastGrant);
                        continue;
                    }
                }
                case Opening.At(long at) -> wake = at - end < 0 ? at : end;
                case Opening.OnChange c -> {}
                case Opening.Never n -> throw new IllegalStateException("never: " + size);
            }
            if (wake - now <= 0) {
                throw new IllegalStateException("the gate said when, and it is not open");
            }
            Event next = events.peek();
            if (next == null || next.nanos - wake > 0) {
                now = wake;
            } else {
                events.remove();
                now = next.nanos;
                next.action.run();
            }
        }
    }

    private void send(long grant) {
        Gate granter = gate;
        int of = size;
        most = Math.max(most, granter.inFlight());
        boolean soon = random.nextInt(8) > 0;
        long write = now + random.nextLong(soon ? 1_000_000 : GRANT_AGE.toNanos());
        long way = random.nextInt(4) == 0 ? random.nextLong(1 + MARGIN.toNanos()) : 100_000;
        long arrival = write + way;
        hits.add(new SlidingWindow.Hit(arrival, size));
        long answer = arrival + between(latencyMinNanos, latencyMaxNanos);
        long report = write + (loseReports ? random.nextLong(MARGIN.toNanos()) : 0);
        if (!loseReports || random.nextInt(10) > 0) {
            post(report, () -> granter.written(grant, of, write));
        }
        Gate.Ending ending = random.nextInt(50) == 0 ? Gate.Ending.NO_ANSWER : Gate.Ending.ANSWERED;
        post(answer, () -> granter.ended(grant, ending, now));
        size = sizes.getAsInt();
    }

    SlidingWindow.Peak peak() {
        return SlidingWindow.peakPerMinute(hits);
    }

    /** Requests a minute between two moments. */
    double requestsPerMinute(Duration from, Duration to) {
        return between(from, to).size() * 60.0 / to.minus(from).toSeconds();
    }

    double bytesPerMinute(Duration from, Duration to) {
        return between(from, to).stream().mapToLong(SlidingWindow.Hit::bytes).sum()
                * 60.0
                / to.minus(from).toSeconds();
    }

    private List<SlidingWindow.Hit> between(Duration from, Duration to) {
        long start = START + from.toNanos();
        long end = START + to.toNanos();
        return hits.stream().filter(h -> h.nanos() - start >= 0 && h.nanos() - end < 0).toList();
    }

    private long between(long from, long to) {
        return from == to ? from : random.nextLong(from, to);
    }

    private void post(long nanos, Runnable action) {
        events.add(new Event(nanos, order++, action));
    }
}

package dev.sluice.cli.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.testkit.SlidingWindow;
import dev.sluice.testkit.SlidingWindow.Hit;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SendsTest {

    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    /** When, how large, of which request. */
    record Send(long nanos, int bytes, int request) {}

    @Property(tries = 300)
    void peaksAreThoseOfASlidingWindowWhateverTheOrder(
            @ForAll("sends") List<Send> sends, @ForAll @IntRange(min = 1, max = 5) int shards) {
        Sends inOrder = Sends.inOrder(parts(sends, shards));

        var distinct = new ArrayList<>(new HashSet<>(sends));
        var hits = distinct.stream().map(send -> new Hit(send.nanos, send.bytes)).toList();
        var expected = SlidingWindow.peakPerMinute(hits);
        assertThat(inOrder.size()).isEqualTo(distinct.size());
        assertThat(Peak.requests(inOrder).map(Peak::amount).orElse(0L))
                .isEqualTo(expected.requests());
        assertThat(Peak.bytes(inOrder).map(Peak::amount).orElse(0L)).isEqualTo(expected.bytes());
        for (int i = 1; i < inOrder.size(); i++) {
            assertThat(inOrder.nanos(i)).isGreaterThanOrEqualTo(inOrder.nanos(i - 1));
        }
    }

    @Property(tries = 100)
    void aPeakNamesTheWindowItIsOf(@ForAll("sends") List<Send> sends) {
        var peak = Peak.requests(Sends.inOrder(parts(sends, 1)));

        peak.ifPresent(
                p -> {
                    assertThat(Duration.between(p.from(), p.to()))
                            .isLessThan(Duration.ofMinutes(1));
                    long inWindow =
                            new HashSet<>(sends)
                                    .stream()
                                            .map(send -> START.plusNanos(send.nanos))
                                            .filter(at -> !at.isBefore(p.from()))
                                            .filter(at -> !at.isAfter(p.to()))
                                            .count();
                    assertThat(inWindow).isEqualTo(p.amount());
                });
    }

    @Test
    void aSendSixtySecondsLaterIsInTheNextWindow() {
        var sends =
                List.of(
                        new Send(0, 10, 1),
                        new Send(59_999_999_999L, 10, 2),
                        new Send(60_000_000_000L, 10, 3));

        assertThat(Peak.requests(Sends.inOrder(parts(sends, 1))).orElseThrow())
                .isEqualTo(new Peak(2, START, START.plusNanos(59_999_999_999L)));
    }

    private static List<Sends> parts(List<Send> sends, int shards) {
        var parts = new ArrayList<Sends>();
        for (int shard = 0; shard < shards; shard++) {
            parts.add(new Sends());
        }
        for (int i = 0; i < sends.size(); i++) {
            Send send = sends.get(i);
            Instant at = START.plusNanos(send.nanos);
            parts.get(i % shards).add(new Attempt("n", at, at, "200"), send.bytes, send.request);
        }
        return parts;
    }

    @Provide
    Arbitrary<List<Send>> sends() {
        // a request's sends at one moment are one send; sizes follow from the request
        return Combinators.combine(
                        Arbitraries.longs().between(0, 40).map(tenths -> tenths * 6_000_000_000L),
                        Arbitraries.longs().between(0, 2),
                        Arbitraries.integers().between(0, 12))
                .as((at, nanos, request) -> new Send(at + nanos, 100 + request, request))
                .list()
                .ofMaxSize(300);
    }
}

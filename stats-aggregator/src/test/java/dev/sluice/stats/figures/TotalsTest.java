package dev.sluice.stats.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultHead;
import dev.sluice.stats.Results;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TotalsTest {

    private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");
    private static final RequestsTopic TOPIC = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);

    private final Totals totals = new Totals(1);

    @Test
    void countsEndingsByWhatTheyWereAndTheFirstOnly() {
        read(0, good(0));
        read(1, good(0));
        read(2, bad(1, Outcome.FAILED, Reason.TIMEOUT));
        read(3, bad(2, Outcome.EXPIRED, Reason.DEADLINE_PASSED));
        read(4, new Totals.Entry(Results.id(TOPIC, 0, 3), Optional.empty()));

        Tally sum = totals.sum();
        assertThat(sum.outcome(PoolName.DEFAULT, Outcome.SUCCEEDED)).isEqualTo(1);
        assertThat(sum.superseded(PoolName.DEFAULT)).isEqualTo(1);
        assertThat(sum.outcome(PoolName.DEFAULT, Outcome.FAILED)).isEqualTo(1);
        assertThat(sum.outcome(PoolName.DEFAULT, Outcome.EXPIRED)).isEqualTo(1);
        assertThat(sum.reasons(PoolName.DEFAULT))
                .isEqualTo(Map.of("timeout", 1L, "deadline_passed", 1L));
        assertThat(sum.duplicates(PoolName.DEFAULT)).isEqualTo(1);
        assertThat(sum.results("gpu-a")).isEqualTo(3);
        assertThat(sum.errors("gpu-a")).isEqualTo(2);
        assertThat(totals.sinceMs()).contains(AT.toEpochMilli());
    }

    @Test
    void whatIsAppendedWhileThePastIsReadCountsOnce() {
        appended(5, good(5)); // both readers come to these
        read(0, good(0));
        assertThat(totals.readUpTo(0, 1)).isFalse();
        assertThat(totals.complete()).isFalse();
        read(5, good(5));
        appended(6, good(6));
        assertThat(totals.readUpTo(0, 6)).isFalse();
        read(6, good(6));
        assertThat(totals.readUpTo(0, 7)).isTrue();
        assertThat(totals.complete()).isTrue();

        appended(7, good(7));
        read(7, good(7)); // a reader that was told to stop, and had more in its hands
        assertThat(totals.sum().outcome(PoolName.DEFAULT, Outcome.SUCCEEDED)).isEqualTo(4);
        assertThat(totals.sum().superseded(PoolName.DEFAULT)).isZero();
    }

    @Test
    void theOneThatIsBehindDoesNotCountWhatThePastReaderHadAlready() {
        read(0, good(0));
        read(1, good(1));
        assertThat(totals.readUpTo(0, 2)).isTrue();
        appended(1, good(1));
        appended(2, good(2));

        assertThat(totals.sum().outcome(PoolName.DEFAULT, Outcome.SUCCEEDED)).isEqualTo(3);
        assertThat(totals.sum().superseded(PoolName.DEFAULT)).isZero();
    }

    /** One has run all the time, the other begins after the log was trimmed: both say the same. */
    @Test
    void whatIsTrimmedIsTakenOffAgain() {
        var later = new Totals(1);
        later.begins(0, Totals.STRETCH + 10);
        for (int offset = 0; offset < 3 * Totals.STRETCH; offset++) {
            var entry =
                    offset % 7 == 0 ? bad(offset, Outcome.FAILED, Reason.TIMEOUT) : good(offset);
            read(offset, entry);
            if (offset >= Totals.STRETCH + 10) {
                later.read(0, offset, AT.toEpochMilli(), entry);
            }
        }
        totals.begins(0, Totals.STRETCH + 10);

        Tally sum = totals.sum();
        long all =
                sum.outcome(PoolName.DEFAULT, Outcome.SUCCEEDED)
                        + sum.outcome(PoolName.DEFAULT, Outcome.FAILED);
        assertThat(all).isEqualTo(Totals.STRETCH);
        for (Outcome outcome : Outcome.values()) {
            assertThat(later.sum().outcome(PoolName.DEFAULT, outcome))
                    .isEqualTo(sum.outcome(PoolName.DEFAULT, outcome));
        }
        assertThat(later.sum().reasons(PoolName.DEFAULT)).isEqualTo(sum.reasons(PoolName.DEFAULT));
        assertThat(later.sum().errors("gpu-a")).isEqualTo(sum.errors("gpu-a"));
        totals.begins(0, 4L * Totals.STRETCH);
        assertThat(totals.sum().reasons(PoolName.DEFAULT)).isEmpty();
        assertThat(totals.sinceMs()).isEmpty();
    }

    private void read(long offset, Totals.Entry entry) {
        totals.read(0, offset, AT.toEpochMilli() + offset, entry);
    }

    private void appended(long offset, Totals.Entry entry) {
        totals.appended(0, offset, AT.toEpochMilli() + offset, entry);
    }

    private static Totals.Entry good(long offset) {
        return entry(Results.good(Results.id(TOPIC, 0, offset), AT, 10, attempt("200")));
    }

    private static Totals.Entry bad(long offset, Outcome outcome, Reason reason) {
        return entry(
                Results.bad(Results.id(TOPIC, 0, offset), outcome, reason, AT, attempt("timeout")));
    }

    private static Totals.Entry entry(ResultEvent result) {
        return new Totals.Entry(result.request(), Optional.of(ResultHead.of(result)));
    }

    private static Attempt attempt(String result) {
        return new Attempt("gpu-a", AT, AT.plusMillis(1), result);
    }
}

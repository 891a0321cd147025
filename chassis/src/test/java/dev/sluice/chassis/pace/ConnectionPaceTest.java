package dev.sluice.chassis.pace;

import static dev.sluice.chassis.pace.ConnectionPace.Verdict.BODY_TOO_SLOW;
import static dev.sluice.chassis.pace.ConnectionPace.Verdict.HEAD_TOO_SLOW;
import static dev.sluice.chassis.pace.ConnectionPace.Verdict.IN_TIME;
import static dev.sluice.chassis.pace.ConnectionPace.Verdict.READER_TOO_SLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.pace.ConnectionPace.Seen;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ConnectionPaceTest {

    private final ConnectionPace pace =
            new ConnectionPace(
                    new ConnectionPace.Bounds(seconds(10), seconds(20), seconds(60), 1_000),
                    seconds(0));

    @Test
    void aConnectionThatSendsNothingHasNoHeadToBeLateWith() {
        assertThat(pace.look(seconds(60), atRest(0, 0))).isEqualTo(IN_TIME);
        assertThat(pace.isInHead()).isFalse();
    }

    @Test
    void aHeadHasItsTimeFromItsFirstByteHoweverManyFollow() {
        assertThat(pace.look(seconds(5), atRest(0, 1))).isEqualTo(IN_TIME);
        assertThat(pace.isInHead()).isTrue();
        assertThat(pace.look(seconds(15), atRest(0, 5_000))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(16), atRest(0, 5_001))).isEqualTo(HEAD_TOO_SLOW);
    }

    @Test
    void theNextHeadHasATimeOfItsOwn() {
        pace.look(seconds(1), atRest(0, 1));
        pace.look(seconds(9), inHand(1, false, 200));

        assertThat(pace.look(seconds(30), atRest(1, 200))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(31), atRest(1, 201))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(41), atRest(1, 202))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(42), atRest(1, 203))).isEqualTo(HEAD_TOO_SLOW);
    }

    @Test
    void requestsThatCameAndWentBetweenTwoLooksLeaveNoHeadBehind() {
        pace.look(seconds(1), atRest(0, 1));

        assertThat(pace.look(seconds(20), atRest(7, 900))).isEqualTo(IN_TIME);
        assertThat(pace.isInHead()).isFalse();
    }

    @Test
    void aBodyThatDripsIsTooSlowAfterTheGrace() {
        assertThat(pace.look(seconds(1), inHand(1, true, 200))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(11), inHand(1, true, 201))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(22), inHand(1, true, 202))).isEqualTo(BODY_TOO_SLOW);
    }

    @Test
    void whoseBodyIsWholeMayWaitForHoweverLong() {
        pace.look(seconds(1), inHand(1, true, 200));

        assertThat(pace.look(seconds(300), inHand(1, false, 5_000))).isEqualTo(IN_TIME);
    }

    @Test
    void whoDoesNotReadTheAnswerIsTooSlow() {
        assertThat(pace.look(seconds(1), blocked(50))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(60), blocked(60))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(63), blocked(70))).isEqualTo(READER_TOO_SLOW);
    }

    @Test
    void whoseAnswerIsReadInStepsOfThirtySecondsIsNotTooSlow() {
        long read = 0;
        pace.look(seconds(0), blocked(read));
        for (int step = 1; step <= 100; step++) {
            assertThat(pace.look(seconds(30L * step), blocked(read))).isEqualTo(IN_TIME);
            read += 30_000;
        }
    }

    @Test
    void theTimeInWhichNobodyWaitsForABodyIsNotTheClients() {
        pace.look(seconds(0), inHand(1, true, 200));
        pace.look(seconds(1), inHand(1, true, 300));

        // it is there, and waits for its result
        assertThat(pace.look(seconds(300), inHand(1, false, 400))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(301), inHand(1, true, 400))).isEqualTo(IN_TIME);
    }

    @Test
    void theNextRequestHasNoDebtsOfTheOneBefore() {
        pace.look(seconds(0), inHand(1, true, 200));
        assertThat(pace.look(seconds(20), inHand(1, true, 201))).isEqualTo(IN_TIME);

        assertThat(pace.look(seconds(21), inHand(2, true, 300))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(40), inHand(2, true, 300))).isEqualTo(IN_TIME);
        assertThat(pace.look(seconds(42), inHand(2, true, 300))).isEqualTo(BODY_TOO_SLOW);
    }

    @Test
    void theEndOfABodyIsNotTheBeginningOfAHead() {
        pace.look(seconds(0), inHand(1, true, 50_000));

        assertThat(pace.look(seconds(1), atRest(1, 100_000))).isEqualTo(IN_TIME);
        assertThat(pace.isInHead()).isFalse();
        assertThat(pace.sinceNanos()).isEqualTo(seconds(1));
        assertThat(pace.look(seconds(20), atRest(1, 100_000))).isEqualTo(IN_TIME);
    }

    @Test
    void whoDoesNotReadIsTooSlowThoughABodyWasAwaitedBefore() {
        pace.look(seconds(0), inHand(1, true, 200));
        pace.look(seconds(1), inHand(1, false, 5_000));

        pace.look(seconds(2), new Seen(1, true, false, true, 5_000, 10));
        assertThat(pace.look(seconds(63), new Seen(1, true, false, true, 5_000, 20)))
                .isEqualTo(READER_TOO_SLOW);
    }

    private static Seen atRest(long requests, long bytesIn) {
        return new Seen(requests, false, false, false, bytesIn, 0);
    }

    private static Seen inHand(long requests, boolean bodyAwaited, long bytesIn) {
        return new Seen(requests, true, bodyAwaited, false, bytesIn, 0);
    }

    private static Seen blocked(long bytesOut) {
        return new Seen(1, true, false, true, 100, bytesOut);
    }

    private static long seconds(long number) {
        return TimeUnit.SECONDS.toNanos(number);
    }
}

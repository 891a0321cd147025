package dev.sluice.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.testkit.ManualClock;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.PendingRequests;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.keeper.Lease;
import dev.sluice.worker.keeper.Permits;
import dev.sluice.worker.metrics.LoopMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** With an HTTP client that never says how an attempt ended. */
class AttemptsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LONG_PAST = TIMEOUT.plusSeconds(1);
    private static final NodeSpec NODE =
            new NodeSpec(
                    "n",
                    PoolName.DEFAULT,
                    URI.create("http://127.0.0.1:1"),
                    600,
                    1_000_000,
                    9,
                    Optional.empty());

    /** What the client knows of an attempt. */
    private static final class Silent implements NodeSender.UnderWay {
        final AtomicInteger cuts = new AtomicInteger();
        final AtomicInteger settled = new AtomicInteger();
        final CountDownLatch looked = new CountDownLatch(1);
        volatile boolean over;
        volatile boolean unread;

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public boolean isUnread(long nowNanos) {
            return unread;
        }

        @Override
        public void settle() {
            try {
                if (looked.await(30, TimeUnit.SECONDS)) { // as long as the loop looks
                    settled.incrementAndGet();
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void cut() {
            cuts.incrementAndGet();
        }
    }

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final LoopMetrics metrics = new LoopMetrics(registry);
    private final ManualClock clock = new ManualClock();
    private final Mailbox mailbox = new Mailbox(() -> {});
    private final Silent client = new Silent();
    private final List<AttemptOutcome> outcomes = new ArrayList<>();
    private final List<FleetLink.Out> out = new ArrayList<>();
    private final Attempts attempts = new Attempts((node, r, listener) -> client, TIMEOUT, metrics);

    @Test
    void anAttemptThatWasWrittenIsEndedAsTimedOutAndItsConnectionClosed() {
        Sending sending = begin();
        assertThat(sending.mayWrite(clock.nanoTime())).isTrue();
        sending.written(clock.nanoTime());
        passes(LONG_PAST);

        assertThat(outcomes).containsExactly(new AttemptOutcome.TimedOut());
        await().until(() -> client.cuts.get() == 1);
        assertThat(count("sluice.worker.attempts.overdue")).isEqualTo(1);
    }

    @Test
    void oneThatWasNeverWrittenIsEndedAsUnreachable() {
        begin();
        passes(LONG_PAST);

        assertThat(outcomes)
                .containsExactly(new AttemptOutcome.Unreachable("no connection in time", false));
    }

    @Test
    void whatWasEndedAsNeverWrittenIsNotWrittenAnyMore() {
        Sending sending = begin();
        passes(LONG_PAST);

        assertThat(outcomes)
                .containsExactly(new AttemptOutcome.Unreachable("no connection in time", false));
        assertThat(sending.mayWrite(clock.nanoTime())).isFalse();
    }

    @Test
    void whoeverStandsStillRightBeforeTheWriteHasWritten() {
        Sending sending = begin();
        assertThat(sending.mayWrite(clock.nanoTime())).isTrue();
        passes(LONG_PAST); // and only now the thread that asked goes on
        sending.written(clock.nanoTime());

        assertThat(outcomes).containsExactly(new AttemptOutcome.TimedOut());
    }

    /** The loop and the client's thread in the same moment: one of the two orders, no third. */
    @Test
    void aWriteAndTheEndOfOneThatWasNeverWrittenExcludeEachOther() throws Exception {
        for (int i = 0; i < 20_000; i++) {
            Sending sending = sending(request(), new Grant(7, new TicketId("w", 1), NODE));
            long now = clock.nanoTime();
            var start = new CyclicBarrier(2);
            var write =
                    CompletableFuture.supplyAsync(
                            () -> {
                                meet(start);
                                return sending.mayWrite(now);
                            });
            meet(start);
            boolean told = sending.overdue().orElseThrow() instanceof AttemptOutcome.TimedOut;

            assertThat(told).isEqualTo(write.get(30, TimeUnit.SECONDS));
        }
    }

    private static void meet(CyclicBarrier start) {
        try {
            start.await(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void beforeItsTimeNothingIsEnded() {
        begin();
        passes(TIMEOUT.plusMillis(500)); // the client's own time-out has all this time

        assertThat(outcomes).isEmpty();
        assertThat(client.cuts).hasValue(0);
    }

    @Test
    void whatTheClientSaysLaterIsOfNoInterest() {
        Sending sending = begin();
        passes(LONG_PAST);
        sending.ended(new AttemptOutcome.Unreachable("connection closed", true));
        sending.ended(new AttemptOutcome.TimedOut());
        passes(LONG_PAST);

        assertThat(outcomes).hasSize(1);
        assertThat(count("sluice.worker.attempts.overdue")).isEqualTo(1);
    }

    @Test
    void whatTheClientEndedInTimeIsLeftAlone() {
        Sending sending = begin();
        sending.ended(new AttemptOutcome.TimedOut());
        passes(LONG_PAST);

        assertThat(outcomes).hasSize(1);
        assertThat(client.cuts).hasValue(0);
        assertThat(count("sluice.worker.attempts.overdue")).isZero();
    }

    @Test
    void afterAStopOfTheProcessTheClientsTimersComeFirst() {
        passes(Duration.ZERO);
        Sending first = begin(7);
        begin(8);
        passes(LONG_PAST); // in one piece: nothing ran meanwhile
        assertThat(outcomes).isEmpty();
        first.ended(new AttemptOutcome.TimedOut());
        passes(Duration.ofMillis(1));
        assertThat(outcomes).hasSize(1);
        assertThat(count("sluice.worker.attempts.overdue")).isZero();

        passes(Duration.ofMillis(200)); // the other hangs
        assertThat(outcomes).hasSize(2);
        assertThat(count("sluice.worker.attempts.overdue")).isEqualTo(1);
    }

    @Test
    void aLoopThatIsAlwaysLateEndsThemAllTheSame() {
        passes(Duration.ZERO);
        begin();
        for (int i = 0; i < 20; i++) {
            passes(Duration.ofMillis(600));
        }

        assertThat(count("sluice.worker.attempts.overdue")).isEqualTo(1);
    }

    @Test
    void manyThatAreOverdueTogetherAreCountedAndHaveFewLines() {
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        Logger log = (Logger) LoggerFactory.getLogger(Attempts.class);
        log.addAppender(lines);
        for (int i = 0; i < 40; i++) {
            begin(i);
        }
        passes(LONG_PAST);
        log.detachAppender(lines);

        assertThat(outcomes).hasSize(40);
        assertThat(count("sluice.worker.attempts.overdue")).isEqualTo(40);
        assertThat(lines.list).hasSize(4);
        assertThat(lines.list.getLast().getFormattedMessage()).startsWith("37 more attempts");
    }

    @Test
    void theLoopDoesNotWaitUntilALargeAnswerIsTaken() {
        begin();
        client.unread = true;
        passes(Duration.ofSeconds(1));
        assertThat(client.settled).hasValue(0);
        client.looked.countDown();

        await().until(() -> client.settled.get() == 1);
    }

    @Test
    void aGrantWithoutAnAttemptIsCountedOnce() {
        out.add(new FleetLink.Out(PoolName.DEFAULT, 8, "n"));
        begin();
        for (int i = 0; i < 5; i++) {
            passes(Duration.ofSeconds(1));
        }

        assertThat(count("sluice.worker.grants.unaccounted")).isEqualTo(1);
    }

    @Test
    void aGrantWhoseEndTheClientKeepsForItselfIsUnaccountedForToo() {
        begin();
        client.over = true;
        passes(Duration.ofSeconds(1));
        assertThat(count("sluice.worker.grants.unaccounted")).isZero(); // it may be on its way
        passes(Duration.ofSeconds(1));

        assertThat(count("sluice.worker.grants.unaccounted")).isEqualTo(1);
    }

    private Sending begin() {
        return begin(7);
    }

    private Sending begin(long number) {
        Pending request = request();
        var grant = new Grant(number, new TicketId("w", 1), NODE);
        Sending sending = sending(request, grant);
        out.add(new FleetLink.Out(PoolName.DEFAULT, grant.id(), "n"));
        attempts.begin(request, grant, sending, clock.nanoTime());
        return sending;
    }

    private Sending sending(Pending request, Grant grant) {
        var lease = new Lease(Duration.ofMinutes(1).toNanos());
        lease.renew(clock.nanoTime());
        return new Sending(
                request,
                grant,
                Permits.of(lease, Long.MAX_VALUE, new AtomicInteger()),
                Optional.empty(),
                mailbox,
                clock,
                metrics,
                this::over);
    }

    private void over(Pending request, Grant ended, Attempt attempt, AttemptOutcome outcome) {
        outcomes.add(outcome);
        attempts.over(ended);
        out.removeIf(one -> one.grant() == ended.id());
    }

    /** As the loop does it: mail first, then a look. */
    private void passes(Duration time) {
        clock.advance(time);
        mailbox.drain();
        attempts.look(() -> List.copyOf(out), clock.nanoTime());
        mailbox.drain();
    }

    private double count(String counter) {
        return registry.get(counter).counter().count();
    }

    private static Pending request() {
        var event =
                new RequestEvent(
                        new Nonce(7),
                        PoolName.DEFAULT,
                        Instant.EPOCH,
                        "POST",
                        "/",
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Body.ofUtf8("body"));
        return PendingRequests.of(event, 0);
    }
}

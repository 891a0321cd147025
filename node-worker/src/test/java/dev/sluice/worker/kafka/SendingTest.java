package dev.sluice.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.ManualClock;
import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.PendingRequests;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.Lease;
import dev.sluice.worker.keeper.Permits;
import dev.sluice.worker.metrics.LoopMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is looked at right before a request is written: over real HTTP, in virtual time. */
class SendingTest {

    private final MeterRegistry registry = new SimpleMeterRegistry();

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String CLIENTS = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private final ManualClock clock = new ManualClock();
    private final FakeNode node = FakeNode.echo();
    private final AtomicInteger written = new AtomicInteger();
    private final Lease lease = new Lease(Duration.ofMinutes(1).toNanos());
    private final Mailbox mailbox = new Mailbox(() -> {});
    private NodeSender sender;

    @BeforeEach
    void start() throws Exception {
        var limits =
                new NodeSender.Limits(Duration.ofSeconds(30), Duration.ofSeconds(10), 1000, 65_536);
        var noCredential = new Permission.NotNeeded();
        sender = NodeSender.start(limits, spec -> noCredential, clock::nanoTime, clock);
        lease.renew(clock.nanoTime());
    }

    @AfterEach
    void stop() {
        sender.close();
        node.close();
    }

    @Test
    void whatIsLateWhenTheConnectionIsOpenIsNotWritten() {
        Pending request = request(SECOND);
        clock.advance(SECOND); // as if the connection had taken so long

        assertThat(send(request)).isInstanceOf(AttemptOutcome.Withheld.class);

        assertThat(node.count()).isZero();
        assertThat(written).hasValue(0);
        // and nothing of it is left behind on the connection
        assertThat(send(request(SECOND))).isInstanceOf(AttemptOutcome.Delivered.class);
        assertThat(node.count()).isEqualTo(1);
    }

    @Test
    void whatIsInTimeIsWritten() {
        Pending request = request(SECOND);
        clock.advance(Duration.ofMillis(999));

        assertThat(send(request)).isInstanceOf(AttemptOutcome.Delivered.class);
        assertThat(written).hasValue(1);
    }

    @Test
    void withoutItsLeaseAWorkerWritesNothing() {
        Pending request = request(SECOND);
        lease.end();

        assertThat(send(request)).isInstanceOf(AttemptOutcome.Withheld.class);
        assertThat(node.count()).isZero();
        assertThat(registry.get("sluice.attempts").tag("outcome", "withheld").timer().count())
                .isEqualTo(1);
        assertThat(registry.find("sluice.wait").timer()).isNull();
    }

    @Test
    void whereNothingIsTracedTheClientsTraceGoesOnAsItIs() {
        send(request(SECOND));

        assertThat(node.seen().getFirst().headers().get("traceparent")).containsExactly(CLIENTS);
    }

    private AttemptOutcome send(Pending request) {
        var spec =
                new NodeSpec(
                        "n", PoolName.DEFAULT, node.uri(), 600, 1_000_000, 9, Optional.empty());
        var grant = new Grant(1, new TicketId("w", request.number()), spec);
        long goodUntil = clock.nanoTime() + SECOND.toNanos();
        var outcomes = new ArrayList<AttemptOutcome>();
        var sending =
                new Sending(
                        request,
                        grant,
                        Permits.of(lease, goodUntil, written),
                        Optional.empty(),
                        mailbox,
                        clock,
                        new LoopMetrics(registry),
                        (r, g, attempt, outcome) -> outcomes.add(outcome));
        sender.send(spec, request, sending);
        await().until(
                        () -> {
                            mailbox.drain();
                            return !outcomes.isEmpty();
                        });
        return outcomes.getFirst();
    }

    private Pending request(Duration deadline) {
        var event =
                new RequestEvent(
                        new Nonce(7),
                        PoolName.DEFAULT,
                        Instant.EPOCH,
                        "POST",
                        "/",
                        Optional.empty(),
                        Optional.of(deadline),
                        Optional.empty(),
                        List.of(new HttpHeader("traceparent", CLIENTS)),
                        Body.ofUtf8("body"));
        return PendingRequests.of(event, clock.millis());
    }
}

package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.ManualClock;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.Pending;
import dev.sluice.worker.dispatch.PendingRequests;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NodeSenderTest {

    private final ManualClock clock = new ManualClock();
    private final FakeNode node = FakeNode.echo();
    private final AtomicInteger written = new AtomicInteger();
    private NodeSender sender;

    @BeforeEach
    void start() throws Exception {
        var limits = new NodeSender.Limits(Duration.ofSeconds(5), Duration.ofSeconds(2), 1000);
        sender = NodeSender.start(limits, clock::nanoTime, clock);
    }

    @AfterEach
    void stop() {
        sender.close();
        node.close();
    }

    @Test
    void whatIsLateWhenTheConnectionIsOpenIsNotWritten() throws Exception {
        Pending request = request(Duration.ofSeconds(1));
        clock.advance(Duration.ofSeconds(1)); // as if the connection had taken so long

        assertThat(send(request)).isInstanceOf(AttemptOutcome.TooLate.class);

        assertThat(node.count()).isZero();
        assertThat(written).hasValue(0);
        // and nothing of it is left behind on the connection
        AttemptOutcome next = send(request(Duration.ofSeconds(1)));
        assertThat(next).isInstanceOf(AttemptOutcome.Delivered.class);
        assertThat(node.count()).isEqualTo(1);
    }

    @Test
    void whatIsInTimeIsWritten() throws Exception {
        Pending request = request(Duration.ofSeconds(1));
        clock.advance(Duration.ofMillis(999));

        assertThat(send(request)).isInstanceOf(AttemptOutcome.Delivered.class);
        assertThat(written).hasValue(1);
    }

    private AttemptOutcome send(Pending request) throws Exception {
        var spec =
                new NodeSpec(
                        "n", PoolName.DEFAULT, node.uri(), 600, 1_000_000, 9, Optional.empty());
        var ended = new CompletableFuture<AttemptOutcome>();
        sender.send(
                spec,
                request,
                new NodeSender.Listener() {
                    @Override
                    public void written(long atNanos) {
                        written.incrementAndGet();
                    }

                    @Override
                    public void ended(AttemptOutcome outcome) {
                        ended.complete(outcome);
                    }
                });
        return ended.get(10, TimeUnit.SECONDS);
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
                        List.of(),
                        Body.ofUtf8("body"));
        return PendingRequests.of(event, clock.millis());
    }
}

package dev.sluice.worker.http;

import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.worker.dispatch.AttemptOutcome;
import dev.sluice.worker.dispatch.PendingRequests;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A request given to a sender, and how it ended. */
final class Attempted implements NodeSender.Listener {

    private final CompletableFuture<AttemptOutcome> outcome = new CompletableFuture<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();
    private final NodeSender.UnderWay underWay;

    private Attempted(NodeSender sender, URI node, RequestEvent event) {
        var spec = new NodeSpec("n", PoolName.DEFAULT, node, 600, 1_000_000, 9, Optional.empty());
        this.underWay = sender.send(spec, PendingRequests.of(event, 0), this);
    }

    static Attempted send(NodeSender sender, URI node, RequestEvent event) {
        return new Attempted(sender, node, event);
    }

    static RequestEvent request(String method, String target, int bodyBytes, HttpHeader... fields) {
        return new RequestEvent(
                new Nonce(7),
                PoolName.DEFAULT,
                Instant.EPOCH,
                method,
                target,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(fields),
                Body.of(new byte[bodyBytes]));
    }

    AttemptOutcome outcome() throws Exception {
        return outcome.get(60, TimeUnit.SECONDS);
    }

    /** Status and body, or a word. */
    String word() throws Exception {
        return switch (outcome()) {
            case AttemptOutcome.Delivered(var answer) ->
                    answer.status() + " " + text(answer.body());
            case AttemptOutcome.Throttled(var answer, var after) -> "throttled " + answer.status();
            case AttemptOutcome.TimedOut() -> "timeout";
            case AttemptOutcome.Unreachable(String why, boolean written) ->
                    written ? "lost" : "no connection";
            case AttemptOutcome.TooLarge t -> "too large";
            case AttemptOutcome.Garbled g -> "bad";
            case AttemptOutcome.Withheld w -> "withheld";
        };
    }

    /** What is recorded of an end without an answer. */
    Optional<String> detail() throws Exception {
        return switch (outcome()) {
            case AttemptOutcome.Unreachable(String why, boolean written) -> Optional.of(why);
            case AttemptOutcome.TooLarge(String why) -> Optional.of(why);
            case AttemptOutcome.Garbled(String why) -> Optional.of(why);
            default -> Optional.empty();
        };
    }

    NodeSender.UnderWay underWay() {
        return underWay;
    }

    boolean isDone() {
        return outcome.isDone();
    }

    /** How often its end was told. */
    int ends() {
        return ends.get();
    }

    int writes() {
        return writes.get();
    }

    private static String text(Body body) {
        return new String(body.bytes(), java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Override
    public boolean mayWrite(long nowNanos) {
        return true;
    }

    @Override
    public void written(long atNanos) {
        writes.incrementAndGet();
    }

    @Override
    public void ended(AttemptOutcome how) {
        ends.incrementAndGet();
        outcome.complete(how);
    }
}

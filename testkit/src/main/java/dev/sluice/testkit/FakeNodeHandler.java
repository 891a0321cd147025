package dev.sluice.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.jspecify.annotations.Nullable;

/** The HTTP side of a {@link FakeNode}: reads a request, asks for the reply, carries it out. */
final class FakeNodeHandler extends Handler.Abstract {

    // Above every limit of the system under test, so that it is never the fake that refuses.
    private static final int BODY_MAX_BYTES = 64 << 20;

    private final Function<Seen, Reply> replies;
    private final Consumer<Seen> record;
    private final Set<Exchange> inFlight = ConcurrentHashMap.newKeySet();
    private final AtomicInteger peakInFlight = new AtomicInteger();
    private final AtomicInteger healthChecks = new AtomicInteger();
    private volatile boolean healthy = true;

    /** One request on its way; compared by identity. */
    private static final class Exchange {
        final Request request;
        final Response response;
        final Callback callback;

        Exchange(Request request, Response response, Callback callback) {
            this.request = request;
            this.response = response;
            this.callback = callback;
        }
    }

    FakeNodeHandler(Function<Seen, Reply> replies, Consumer<Seen> record) {
        this.replies = replies;
        this.record = record;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (request.getMethod().equals("GET")
                && Request.getPathInContext(request).equals("/health")) {
            healthChecks.incrementAndGet();
            response.setStatus(healthy ? 200 : 503);
            callback.succeeded();
            return true;
        }
        var exchange = new Exchange(request, response, callback);
        inFlight.add(exchange);
        peakInFlight.accumulateAndGet(inFlight.size(), Math::max);
        // Read now: Jetty uses the request's fields again once it is answered.
        long arrivedNanos = request.getHeadersNanoTime();
        var method = request.getMethod();
        var target = request.getHttpURI().getPathQuery();
        var headers = headersOf(request);
        BiConsumer<byte @Nullable [], @Nullable Throwable> bodyRead =
                (body, failure) -> {
                    var bytes = body == null ? new byte[0] : body;
                    boolean whole = failure == null;
                    var seen =
                            new Seen(
                                    arrivedNanos,
                                    method,
                                    target,
                                    headers,
                                    bytes,
                                    bytes.length,
                                    whole);
                    record.accept(seen);
                    if (failure == null) {
                        act(exchange, replies.apply(seen));
                    } else {
                        fail(exchange, failure);
                    }
                };
        Content.Source.asByteArrayAsync(
                request, BODY_MAX_BYTES, Promise.Invocable.from(InvocationType.BLOCKING, bodyRead));
        return true;
    }

    void healthy(boolean value) {
        healthy = value;
    }

    int healthChecks() {
        return healthChecks.get();
    }

    int inFlight() {
        return inFlight.size();
    }

    int peakInFlight() {
        return peakInFlight.get();
    }

    void forgetInFlight() {
        inFlight.clear();
    }

    private void act(Exchange exchange, Reply reply) {
        switch (reply) {
            case Reply.Answer answer -> later(answer.delay(), () -> answer(exchange, answer));
            case Reply.Held(var released, var answer) -> {
                var _ = released.thenRun(() -> act(exchange, answer));
            }
            case Reply.Hang() -> {}
            case Reply.DropConnection(var delay) -> later(delay, () -> drop(exchange));
            case Reply.DropMidHead(int status) -> dropMidHead(exchange, status);
            case Reply.DropMidBody half -> dropMidBody(exchange, half);
        }
    }

    private void later(Duration delay, Runnable step) {
        if (delay.isZero()) {
            step.run();
        } else {
            var _ = getServer().getScheduler().schedule(step, delay);
        }
    }

    private void answer(Exchange exchange, Reply.Answer answer) {
        // Before the write: who has read the answer may count on the request being over.
        inFlight.remove(exchange);
        exchange.response.setStatus(answer.status());
        answer.headers().forEach(exchange.response.getHeaders()::put);
        exchange.response.write(true, ByteBuffer.wrap(answer.body()), exchange.callback);
    }

    private void drop(Exchange exchange) {
        inFlight.remove(exchange); // before: as with an answer
        exchange.request.getConnectionMetaData().getConnection().getEndPoint().close();
        // Over, as far as Jetty is concerned: a failure would be logged, and this is meant.
        exchange.callback.succeeded();
    }

    private void dropMidHead(Exchange exchange, int status) {
        String half = "HTTP/1.1 %d OK\r\nContent-Len".formatted(status);
        // past the response, which knows no half of a head
        exchange.request
                .getConnectionMetaData()
                .getConnection()
                .getEndPoint()
                .write(
                        Callback.from(() -> drop(exchange), e -> fail(exchange, e)),
                        ByteBuffer.wrap(half.getBytes(StandardCharsets.US_ASCII)));
    }

    private void dropMidBody(Exchange exchange, Reply.DropMidBody reply) {
        exchange.response.setStatus(reply.status());
        exchange.response.getHeaders().put("Content-Length", reply.body().length);
        var half = ByteBuffer.wrap(reply.body(), 0, reply.body().length / 2);
        exchange.response.write(
                false, half, Callback.from(() -> drop(exchange), e -> fail(exchange, e)));
    }

    private void fail(Exchange exchange, Throwable why) {
        inFlight.remove(exchange);
        exchange.callback.failed(why);
    }

    private static Map<String, List<String>> headersOf(Request request) {
        return request.getHeaders().stream()
                .collect(
                        Collectors.groupingBy(
                                HttpField::getName,
                                () -> new TreeMap<>(String.CASE_INSENSITIVE_ORDER),
                                Collectors.mapping(
                                        f -> String.valueOf(f.getValue()), Collectors.toList())));
    }
}

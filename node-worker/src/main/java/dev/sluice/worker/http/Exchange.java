package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.worker.credentials.Mask;
import dev.sluice.worker.dispatch.AttemptOutcome;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;

/** One request on its way to a node and its answer: collects the answer and says how it ended. */
final class Exchange implements Response.Listener {

    // RFC 9110, section 7.6.1, and the length, which is known again when the answer is written
    private static final Set<String> NOT_KEPT =
            Set.of(
                    "connection",
                    "keep-alive",
                    "proxy-connection",
                    "te",
                    "trailer",
                    "transfer-encoding",
                    "upgrade",
                    "content-length");

    // a write that took longer is reported again: the node may have counted it only at its end
    private static final long LONG_WRITE_NANOS = 100_000_000L;

    private final int maxBytes;
    private final Duration limit;
    private final Mask mask;
    private final NanoClock clock;
    private final InstantSource wall;
    private final NodeSender.Listener listener;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);
    private volatile boolean withheld;
    private volatile boolean written;
    private volatile long beganNanos;
    private volatile boolean tooLarge;

    Exchange(
            int maxBytes,
            Duration limit,
            Mask mask,
            NanoClock clock,
            InstantSource wall,
            NodeSender.Listener listener) {
        this.maxBytes = maxBytes;
        this.limit = limit;
        this.mask = mask;
        this.clock = clock;
        this.wall = wall;
        this.listener = listener;
    }

    void begin(Request request) {
        long now = clock.nanoTime();
        if (!listener.mayWrite(now)) {
            withheld = true;
            var _ = request.abort(new IOException("not written"));
            return;
        }
        written = true;
        beganNanos = now;
        listener.written(now);
    }

    /** All of it is written. */
    void sent(Request request) {
        long now = clock.nanoTime();
        if (now - beganNanos > LONG_WRITE_NANOS) {
            listener.written(now);
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        if (body.size() + content.remaining() > maxBytes) {
            tooLarge = true;
            var _ = response.abort(new IOException("answer too large"));
            return;
        }
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        body.writeBytes(bytes);
    }

    @Override
    public void onComplete(Result result) {
        listener.ended(outcome(result));
    }

    private AttemptOutcome outcome(Result result) {
        if (withheld) {
            return new AttemptOutcome.Withheld();
        }
        if (tooLarge) {
            return new AttemptOutcome.TooLarge(maxBytes);
        }
        if (result.getResponseFailure() == null && result.getResponse().getStatus() > 0) {
            return answered(result.getResponse());
        }
        Throwable failure = result.getFailure();
        if (failure instanceof TimeoutException) {
            return written
                    ? new AttemptOutcome.TimedOut()
                    : new AttemptOutcome.Unreachable(
                            "no connection within %d ms".formatted(limit.toMillis()), false);
        }
        if (failure instanceof IOException || failure instanceof ClosedChannelException) {
            String why = failure instanceof EOFException ? "connection closed" : words(failure);
            return new AttemptOutcome.Unreachable(why, written);
        }
        return written
                ? new AttemptOutcome.Garbled(words(failure))
                : new AttemptOutcome.Unreachable(words(failure), false);
    }

    private AttemptOutcome answered(Response response) {
        HttpFields fields = response.getHeaders();
        var headers = new ArrayList<HttpHeader>(fields.size());
        List<String> named = fields.getCSV("Connection", false);
        for (HttpField field : fields) {
            String name = field.getName();
            if (!NOT_KEPT.contains(name.toLowerCase(Locale.ROOT))
                    && named.stream().noneMatch(name::equalsIgnoreCase)) {
                headers.add(
                        new HttpHeader(
                                name, field.getValue() == null ? "" : mask.over(field.getValue())));
            }
        }
        byte[] content = body.toByteArray();
        mask.over(content); // what a node repeats of its credential is not to be recorded
        var answer = new Answer(response.getStatus(), headers, Body.of(content));
        Optional<Duration> retryAfter =
                Optional.ofNullable(fields.get("Retry-After"))
                        .flatMap(text -> RetryAfter.parse(text, wall.instant()));
        if (answer.status() == 429 || (answer.status() == 503 && retryAfter.isPresent())) {
            return new AttemptOutcome.Throttled(answer, retryAfter);
        }
        return new AttemptOutcome.Delivered(answer);
    }

    private String words(Throwable failure) {
        String message = failure.getMessage();
        return failure.getClass().getSimpleName()
                + (message == null ? "" : ": " + mask.over(message));
    }
}

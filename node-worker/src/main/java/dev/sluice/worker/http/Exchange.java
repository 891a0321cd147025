package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.worker.credentials.Mask;
import dev.sluice.worker.dispatch.AttemptOutcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way to a node and its answer: collects the answer and says how it ended. */
final class Exchange implements Response.Listener, NodeSender.UnderWay {

    private static final Logger log = LoggerFactory.getLogger(Exchange.class);

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

    // a node that has answered and takes no more of the request is not waited for any longer: it
    // would keep its slot until the time-out
    private static final long UNREAD_NANOS = 1_000_000_000L;

    private final Request request;
    private final String what;
    private final NodeSender.Limits limits;
    private final Mask mask;
    private final NanoClock clock;
    private final InstantSource wall;
    private final NodeSender.Listener listener;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(256);
    private volatile boolean withheld;
    private volatile boolean written;
    private volatile long beganNanos;
    private volatile boolean tooLarge;
    private volatile boolean allWritten;
    private volatile boolean answered;
    private volatile long answeredNanos;
    private volatile boolean over;
    private volatile boolean cut;

    /**
     * One that has not begun.
     *
     * @param what the request and its node, for the log
     */
    Exchange(
            Request request,
            String what,
            NodeSender.Limits limits,
            Mask mask,
            NanoClock clock,
            InstantSource wall,
            NodeSender.Listener listener) {
        this.request = request;
        this.what = what;
        this.limits = limits;
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
        allWritten = true;
        long now = clock.nanoTime();
        if (now - beganNanos > LONG_WRITE_NANOS) {
            listener.written(now);
        }
    }

    @Override
    public void onBegin(Response response) {
        if (!written) {
            // it stood on the connection before: an answer to nothing, or to another request
            var _ = response.abort(BadAnswer.because("the node answered before it was asked"));
        }
    }

    @Override
    public void onHeaders(Response response) {
        boolean content = !HttpMethod.HEAD.is(request.getMethod()) && response.getStatus() >= 200;
        long announced = response.getHeaders().getLongField("Content-Length");
        if (content && response.getStatus() != 304 && announced > limits.maxResponseBytes()) {
            refuseAsTooLarge(response);
        }
    }

    @Override
    public void onContent(Response response, ByteBuffer content) {
        if (cut || body.size() + content.remaining() > limits.maxResponseBytes()) {
            refuseAsTooLarge(response);
            return;
        }
        var bytes = new byte[content.remaining()];
        content.get(bytes);
        body.writeBytes(bytes);
    }

    private void refuseAsTooLarge(Response response) {
        tooLarge = true;
        var _ = response.abort(new IOException("answer too large"));
        Connection connection = request.getConnection();
        if (connection != null) {
            connection.close(); // or it would be read on for as long as the node sends
        }
    }

    @Override
    public void onSuccess(Response response) {
        answeredNanos = clock.nanoTime();
        answered = true;
    }

    @Override
    public void onComplete(Result result) {
        over = true;
        listener.ended(outcome(result));
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean isUnread(long nowNanos) {
        return answered && !allWritten && !over && nowNanos - answeredNanos > UNREAD_NANOS;
    }

    @Override
    public void settle() {
        var _ = request.abort(new IOException("answered, and the rest was not read"));
    }

    @Override
    public void cut() {
        cut = true;
        Connection connection = request.getConnection();
        var _ = request.abort(new TimeoutException("cut off"));
        // one that the client believes to be free may be another request's by now
        if (connection != null && !over) {
            connection.close();
        }
    }

    private AttemptOutcome outcome(Result result) {
        if (withheld) {
            return new AttemptOutcome.Withheld();
        }
        if (tooLarge) {
            return new AttemptOutcome.TooLarge(
                    "the node's answer is larger than %d bytes"
                            .formatted(limits.maxResponseBytes()));
        }
        if (result.getResponseFailure() == null && result.getResponse().getStatus() > 0) {
            return answer(result.getResponse());
        }
        Throwable failure =
                result.getResponseFailure() instanceof BadAnswer bad ? bad : result.getFailure();
        if (log.isDebugEnabled()) {
            log.debug("{}: {}", what, mask.over(String.valueOf(failure)));
        }
        return failed(failure);
    }

    private AttemptOutcome failed(Throwable failure) {
        if (failure instanceof BadAnswer bad && written) {
            return bad.tooLarge()
                    ? new AttemptOutcome.TooLarge(
                            "%s: more than %d bytes"
                                    .formatted(bad.getMessage(), limits.maxResponseHeaderBytes()))
                    : new AttemptOutcome.Garbled(String.valueOf(bad.getMessage()));
        }
        if (failure instanceof TimeoutException) {
            return written
                    ? new AttemptOutcome.TimedOut()
                    : new AttemptOutcome.Unreachable(
                            "no connection within %d ms".formatted(limits.request().toMillis()),
                            false);
        }
        return new AttemptOutcome.Unreachable(FailureWords.of(failure, limits.connect()), written);
    }

    private AttemptOutcome answer(Response response) {
        HttpFields fields = response.getHeaders();
        var headers = new ArrayList<HttpHeader>(fields.size());
        var named = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        named.addAll(fields.getCSV("Connection", false));
        for (HttpField field : fields) {
            String name = field.getName();
            if (!NOT_KEPT.contains(name.toLowerCase(Locale.ROOT)) && !named.contains(name)) {
                headers.add(
                        new HttpHeader(
                                mask.over(name), // an asterisk may stand in a name
                                field.getValue() == null ? "" : mask.over(field.getValue())));
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
}

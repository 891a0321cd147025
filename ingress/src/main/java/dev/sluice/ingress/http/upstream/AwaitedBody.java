package dev.sluice.ingress.http.upstream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.client.AsyncRequestContent;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The body of a client that waits to be asked for it ({@code Expect: 100-continue}): it is read,
 * which asks for it, when the service wants it, or is refused when the service has answered
 * without.
 */
final class AwaitedBody {

    private static final String ATTRIBUTE = AwaitedBody.class.getName();

    private final Request out;
    private final Runnable read;
    private final AtomicBoolean decided = new AtomicBoolean();

    // services that do not know how to ask for it get it all the same
    private static final long AWAITED_MS = 1_000;

    private AwaitedBody(Request out, Runnable read) {
        this.out = out;
        this.read = read;
    }

    /** Whether a client waits to be asked. */
    static boolean isOf(org.eclipse.jetty.server.Request request) {
        return HttpHeaderValue.CONTINUE.is(request.getHeaders().get(HttpHeader.EXPECT));
    }

    /**
     * Asks the service whether it wants the body. Jetty's client would wait for its word for ever,
     * and keep any other answer to itself until it is whole: so it is not told of the question.
     *
     * @param read begins to send the body on
     */
    static void await(Request out, Runnable read, Scheduler scheduler) {
        var body = new AwaitedBody(out, read);
        out.attribute(ATTRIBUTE, body);
        out.onRequestHeaders(
                r -> r.headers(h -> h.put(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString())));
        out.onRequestCommit(
                _ -> {
                    var _ = scheduler.schedule(body::begin, AWAITED_MS, TimeUnit.MILLISECONDS);
                });
        out.onComplete(_ -> body.decided.set(true));
    }

    /** The service wants it, if it is still awaited. */
    static void begin(Request out) {
        if (out.getAttributes().get(ATTRIBUTE) instanceof AwaitedBody body) {
            body.begin();
        }
    }

    private void begin() {
        if (decided.compareAndSet(false, true)) {
            read.run();
        }
    }

    /** The whole answer has gone to the client: what was never asked for does not come. */
    static void refuse(Request out) {
        if (out.getAttributes().get(ATTRIBUTE) instanceof AwaitedBody body
                && body.decided.compareAndSet(false, true)
                && body.out.getBody() instanceof AsyncRequestContent content) {
            content.fail(new NotWantedException());
        }
    }

    /** A service answered without the body that it could have had. */
    private static final class NotWantedException extends Exception {
        NotWantedException() {
            super("the body was not wanted", null, false, false);
        }
    }
}

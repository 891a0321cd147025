package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What a {@link FakeNode} does with a request, after {@code delay} where there is one. */
public sealed interface Reply {

    /** A whole answer. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Answer(int status, Map<String, String> headers, byte[] body, Duration delay)
            implements Reply {
        public Answer {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("not a final status: " + status);
            }
            headers = Map.copyOf(headers);
        }

        /** The same with one more header. */
        public Answer with(String name, String value) {
            var more = new HashMap<>(headers);
            more.put(name, value);
            return new Answer(status, more, body, delay);
        }

        /** The same, later. */
        public Answer after(Duration later) {
            return new Answer(status, headers, body, later);
        }

        /** The same, when the test says so: see {@link Held}. */
        public Held until(CompletableFuture<?> released) {
            return new Held(released, this);
        }
    }

    /**
     * An answer that waits until the test lets it go, by completing {@code released}; its delay
     * counts from then on. For what must be so before the answer, however slow the machine is.
     */
    record Held(CompletableFuture<?> released, Answer answer) implements Reply {}

    /** No answer, ever; the connection stays open until the node stops. */
    record Hang() implements Reply {}

    /** The connection is closed before any byte of an answer. */
    record DropConnection(Duration delay) implements Reply {
        public DropConnection() {
            this(Duration.ZERO);
        }
    }

    /** The status line and the beginning of a header are sent, then the connection is closed. */
    record DropMidHead(int status) implements Reply {}

    /** The head and the first half of the body are sent, then the connection is closed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record DropMidBody(int status, byte[] body) implements Reply {
        public DropMidBody {
            if (body.length < 2) {
                throw new IllegalArgumentException("no half of " + body.length + " bytes");
            }
        }
    }

    static Answer status(int status) {
        return new Answer(status, Map.of(), new byte[0], Duration.ZERO);
    }

    static Answer text(int status, String body) {
        return new Answer(
                status,
                Map.of("Content-Type", "text/plain;charset=utf-8"),
                body.getBytes(UTF_8),
                Duration.ZERO);
    }

    /** The request's body and content type, and its method and target as {@code X-Echo}. */
    static Answer echo(Seen seen) {
        var type = seen.header("Content-Type");
        var headers = new HashMap<String, String>();
        headers.put("X-Echo", seen.method() + " " + seen.target());
        headers.put("Content-Type", type == null ? "application/octet-stream" : type);
        return new Answer(200, headers, seen.body(), Duration.ZERO);
    }

    /** 429 with a {@code Retry-After} in whole seconds, rounded up. */
    static Answer throttled(Duration retryAfter) {
        long seconds = retryAfter.plusNanos(999_999_999).toSeconds();
        return status(429).with("Retry-After", Long.toString(seconds));
    }
}

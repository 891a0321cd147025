package dev.sluice.worker.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLHandshakeException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * A connection while its TLS handshake is made; HTTP takes it over then, or nobody does. Whatever
 * goes wrong is told to whoever waits for the connection.
 */
final class Handshake extends AbstractConnection.NonBlocking implements SslHandshakeListener {

    /** Makes the connection that takes over. */
    interface Next {
        org.eclipse.jetty.io.Connection make() throws IOException;
    }

    /** It was not done in time. */
    static final class TooLate extends SocketTimeoutException {

        private static final long serialVersionUID = 1;

        private TooLate(String why) {
            super(why);
        }
    }

    private final Duration timeout;
    private final HttpClient client;
    private final Next next;
    private final Promise<Connection> promise;
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile boolean succeeded;
    private volatile @Nullable Throwable failure;
    private volatile Scheduler.@Nullable Task limit;

    /**
     * Begins when it is opened.
     *
     * @param context of the connection, with the promise of whoever waits for it
     */
    @SuppressWarnings("unchecked") // what Jetty has under this key
    Handshake(
            SslConnection.SslEndPoint endPoint,
            HttpClient client,
            Duration timeout,
            Map<String, Object> context,
            Next next) {
        super(endPoint, client.getExecutor());
        this.client = client;
        this.timeout = timeout;
        this.next = next;
        this.promise =
                (Promise<Connection>)
                        Objects.requireNonNull(context.get(Connection.PROMISE_CONTEXT_KEY));
        endPoint.getSslConnection().addHandshakeListener(this);
    }

    @Override
    public void handshakeSucceeded(Event event) {
        succeeded = true;
    }

    @Override
    public void handshakeFailed(Event event, Throwable why) {
        failure = why;
    }

    @Override
    public void onOpen() {
        super.onOpen();
        limit =
                client.getScheduler()
                        .schedule(this::late, timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            getEndPoint().flush(BufferUtil.EMPTY_BUFFER); // the first message goes out
        } catch (IOException | RuntimeException e) {
            fail(e);
            return;
        }
        if (succeeded) {
            takeOver();
        } else {
            fillInterested();
        }
    }

    @Override
    public void onFillable() {
        try {
            int filled = 1;
            while (filled > 0 && !succeeded) {
                filled = getEndPoint().fill(BufferUtil.EMPTY_BUFFER);
            }
            if (succeeded) {
                takeOver();
            } else if (filled < 0) {
                fail(new SSLHandshakeException("the node closed the connection"));
            } else {
                fillInterested();
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    @Override
    public void onFillInterestedFailed(Throwable cause) {
        fail(cause);
    }

    @Override
    public boolean onIdleExpired(TimeoutException e) {
        return false; // there is a limit of our own
    }

    private void late() {
        fail(new TooLate("no handshake within %d ms".formatted(timeout.toMillis())));
    }

    private void takeOver() {
        if (over.compareAndSet(false, true)) {
            cancelLimit();
            try {
                getEndPoint().upgrade(next.make());
            } catch (IOException | RuntimeException e) {
                close();
                promise.failed(e);
            }
        }
    }

    private void fail(Throwable e) {
        if (over.compareAndSet(false, true)) {
            cancelLimit();
            close();
            Throwable why = failure;
            promise.failed(why == null ? e : why);
        }
    }

    private void cancelLimit() {
        Scheduler.Task task = limit;
        if (task != null) {
            task.cancel();
        }
    }
}

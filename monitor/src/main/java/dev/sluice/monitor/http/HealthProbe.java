package dev.sluice.monitor.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.monitor.health.Finding;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Asks a node for its health: {@code GET <url>/health}; a 2xx is good.
 *
 * <p>Redirects are not followed and bodies are not read, so no answer is too large. Header fields
 * and interim answers are bounded by the JDK's client (384 KiB, 8), all of it by the time-out. Each
 * check makes a new connection, for that is what a request may have to do as well.
 */
public final class HealthProbe implements AutoCloseable {

    // a reason may quote the node, which may say anything: it goes into the log and to people
    private static final int REASON_MAX = 200;

    private final NanoClock nanos;
    private final Duration timeout;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    public HealthProbe(NanoClock nanos, Duration timeout) {
        this.nanos = nanos;
        this.timeout = timeout;
    }

    /** Waits for the answer, for as long as the time-out. */
    public Finding probe(URI node) throws InterruptedException {
        long started = nanos.nanoTime();
        HttpRequest request =
                HttpRequest.newBuilder(healthOf(node))
                        .timeout(timeout)
                        .header("User-Agent", "sluice-monitor")
                        .build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            long latencyMs = sinceMs(started);
            response.body().close();
            int status = response.statusCode();
            return new Finding(status >= 200 && status < 300, latencyMs, "status " + status);
        } catch (IOException e) {
            return new Finding(false, sinceMs(started), reason(e));
        }
    }

    static URI healthOf(URI node) {
        String path = node.getRawPath() == null ? "" : node.getRawPath();
        String base = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        // in one piece: resolved, a path of two slashes would be taken for a host
        return URI.create(node.getScheme() + "://" + node.getRawAuthority() + base + "/health");
    }

    private String reason(IOException e) {
        if (e instanceof HttpTimeoutException) {
            return "no answer within " + timeout.toMillis() + " ms";
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "host not found";
            }
        }
        if (e instanceof ConnectException) {
            return message(e).contains("refused") || e.getMessage() == null
                    ? "connection refused"
                    : "no connection: " + message(e);
        }
        return (e instanceof SSLException ? "TLS failed: " : "no HTTP answer: ") + message(e);
    }

    private static String message(IOException e) {
        @Nullable String text = e.getMessage();
        if (text == null) {
            return e.getClass().getSimpleName();
        }
        String shown = text.replaceAll("\\p{Cntrl}", "?");
        return shown.length() <= REASON_MAX ? shown : shown.substring(0, REASON_MAX) + "…";
    }

    private long sinceMs(long started) {
        return TimeUnit.NANOSECONDS.toMillis(nanos.nanoTime() - started);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}

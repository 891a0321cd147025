package dev.sluice.chassis.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ProtocolJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Gets JSON from others that may be slow, down or broken: bounded in total time and in size, and
 * whatever goes wrong is an answer with its reason.
 */
public final class JsonFetch implements AutoCloseable {

    /** Of a body: figures of one service; more is somebody else's page. */
    public static final int MAX_BODY_BYTES = 1024 * 1024;

    private static final Logger log = LoggerFactory.getLogger(JsonFetch.class);
    private static final int OK = 200;

    /** What came of it. */
    public sealed interface Answer {

        /** From the start, in ms. */
        long tookMs();

        /** A body of JSON under status 200. */
        record Json(JsonNode body, long tookMs) implements Answer {}

        /** Anything else. */
        record Failed(Reason reason, String detail, long tookMs) implements Answer {}
    }

    /** Why there is no JSON. */
    public enum Reason {
        /** Not complete in time. */
        TIMEOUT,
        /** No connection. */
        UNREACHABLE,
        /** The connection ended early, or what came is no HTTP. */
        BROKEN,
        /** It leads elsewhere, which nobody follows. */
        REDIRECT,
        /** Any other status than 200. */
        STATUS,
        /** More than {@link #MAX_BODY_BYTES}. */
        TOO_LARGE,
        NOT_JSON;

        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final NanoClock nanos;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient client;

    public JsonFetch(NanoClock nanos) {
        this.nanos = nanos;
        this.client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(threads)
                        .build();
    }

    /**
     * Asks, and has an answer when this time is over, whatever the other side does.
     *
     * @param total from the look-up of the name to the last byte of the body
     */
    public Answer get(URI url, Duration total) throws InterruptedException {
        long begun = nanos.nanoTime();
        Future<Answer> asked = threads.submit(() -> ask(url, total, begun));
        try {
            return asked.get(total.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return failed(
                    Reason.TIMEOUT, "no complete answer in " + total.toMillis() + " ms", begun);
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking " + url, e.getCause());
        } finally {
            asked.cancel(true); // its exchange too: nothing is left behind
        }
    }

    private Answer ask(URI url, Duration total, long begun) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(url)
                        .timeout(total)
                        .header("Accept", "application/json")
                        .build();
        try {
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            // closing it before its end gives the connection up
            try (InputStream body = response.body()) {
                return read(response.statusCode(), body, begun);
            }
        } catch (HttpTimeoutException e) {
            return failed(Reason.TIMEOUT, String.valueOf(e.getMessage()), begun);
        } catch (ConnectException e) {
            return failed(Reason.UNREACHABLE, "no connection", begun);
        } catch (IOException e) {
            log.debug("{}: {}", url, e.toString());
            return failed(Reason.BROKEN, String.valueOf(e.getMessage()), begun);
        }
    }

    Answer read(int status, InputStream body, long begun) throws IOException {
        if (status != OK) {
            boolean redirect = status >= 300 && status < 400;
            return failed(redirect ? Reason.REDIRECT : Reason.STATUS, "status " + status, begun);
        }
        byte[] bytes = body.readNBytes(MAX_BODY_BYTES + 1);
        if (bytes.length > MAX_BODY_BYTES) {
            return failed(Reason.TOO_LARGE, "more than " + MAX_BODY_BYTES + " bytes", begun);
        }
        try {
            JsonNode json = ProtocolJson.mapper().readTree(bytes);
            return json.isObject()
                    ? new Answer.Json(json, tookMs(begun))
                    : failed(Reason.NOT_JSON, "no JSON object", begun);
        } catch (JacksonException e) {
            return failed(Reason.NOT_JSON, "no JSON object", begun);
        }
    }

    private Answer failed(Reason reason, String detail, long begun) {
        return new Answer.Failed(reason, detail, tookMs(begun));
    }

    private long tookMs(long begun) {
        return TimeUnit.NANOSECONDS.toMillis(nanos.nanoTime() - begun);
    }

    @Override
    public void close() {
        client.shutdownNow();
        threads.shutdownNow();
    }
}

package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.worker.fleet.Directory;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.FarDesk;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.link.LinkMessage;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A worker's link to the keeper of another process: it is made again whenever it breaks. */
final class LinkClient implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LinkClient.class);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final long WRITE_SECONDS = 5;
    private static final long FIRST_PAUSE_MS = 50;
    private static final long MAX_PAUSE_MS = 1_000;

    private final HttpClient http;
    private final Directory.Keeper keeper;
    private final String worker;
    private final NanoClock clock;
    private final Consumer<Consumer<FleetLink>> post;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile @Nullable Session session;

    private LinkClient(
            HttpClient http,
            Directory.Keeper keeper,
            String worker,
            NanoClock clock,
            Consumer<Consumer<FleetLink>> post) {
        this.http = http;
        this.keeper = keeper;
        this.worker = worker;
        this.clock = clock;
        this.post = post;
    }

    /**
     * Begins to connect.
     *
     * @param post to the worker's loop
     */
    static LinkClient start(
            HttpClient http,
            Directory.Keeper keeper,
            String worker,
            NanoClock clock,
            Consumer<Consumer<FleetLink>> post) {
        var client = new LinkClient(http, keeper, worker, clock, post);
        Thread.ofVirtual().name("link-to-" + keeper.url()).start(client::keepConnected);
        return client;
    }

    /** The desk there, while there is a connection. */
    Optional<Desk> desk() {
        Session now = session;
        return now == null || !now.isReady ? Optional.empty() : Optional.of(now.desk);
    }

    @Override
    public void close() {
        stop.countDown();
        Session now = session;
        if (now != null) {
            now.connection.close();
        }
    }

    private void keepConnected() {
        long pause = FIRST_PAUSE_MS;
        try {
            while (stop.getCount() > 0) {
                var next = new Session();
                if (next.open()) {
                    session = next;
                    next.begun();
                    next.over.get();
                    session = null;
                    post.accept(link -> link.reroute(clock.nanoTime()));
                    pause = FIRST_PAUSE_MS;
                }
                if (stop.await(pause, TimeUnit.MILLISECONDS)) {
                    return;
                }
                pause = Math.min(2 * pause, MAX_PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a bug in the link", e);
        }
    }

    /** One connection. */
    private final class Session implements LinkConnection.Ends, WebSocket.Listener {
        final CompletableFuture<Boolean> over = new CompletableFuture<>();
        final LinkConnection connection =
                LinkConnection.start(keeper.url(), this, LinkClient.this.clock);
        final FarDesk desk = new FarDesk(worker, connection, post);
        private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
        private final StringBuilder partial = new StringBuilder();
        volatile boolean isReady;

        boolean open() throws InterruptedException {
            String query =
                    LinkServer.WORKER + "=" + URLEncoder.encode(worker, StandardCharsets.UTF_8);
            String base = keeper.url().replaceFirst("^http", "ws");
            try {
                http.newWebSocketBuilder()
                        .connectTimeout(CONNECT)
                        .header("Authorization", "Bearer " + keeper.key())
                        .buildAsync(URI.create(base + LinkServer.PATH + "?" + query), this)
                        .get(2 * CONNECT.toMillis(), TimeUnit.MILLISECONDS);
                return true;
            } catch (ExecutionException | TimeoutException e) {
                log.debug("no link to {}: {}", keeper.url(), e.toString());
                socket.completeExceptionally(e);
                connection.close();
                return false;
            }
        }

        void begun() {
            log.info("{} is linked to the keeper at {}", worker, keeper.url());
        }

        @Override
        public void write(String frame) throws IOException {
            try {
                WebSocket open = socket.get(WRITE_SECONDS, TimeUnit.SECONDS);
                open.sendText(frame, true).get(WRITE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("not written: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void read(LinkMessage message) {
            if (message instanceof LinkMessage.ToWorker said) {
                desk.read(said, LinkClient.this.clock.nanoTime());
            } else {
                connection.close();
            }
        }

        @Override
        public void ready() {
            isReady = true;
            post.accept(link -> link.reroute(LinkClient.this.clock.nanoTime()));
        }

        @Override
        public void closed() {
            isReady = false;
            var _ = socket.thenAccept(WebSocket::abort);
            over.complete(true);
        }

        @Override
        public void onOpen(WebSocket webSocket) {
            socket.complete(webSocket);
            webSocket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket webSocket, CharSequence data, boolean last) {
            partial.append(data);
            if (partial.length() > LinkConnection.FRAME_MAX_CHARS) {
                connection.close();
                return null;
            }
            if (last) {
                connection.read(partial.toString());
                partial.setLength(0);
            }
            webSocket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(
                WebSocket webSocket, int statusCode, String reason) {
            connection.close();
            return null;
        }

        @Override
        public void onError(WebSocket webSocket, Throwable error) {
            log.debug("link to {}: {}", keeper.url(), error.toString());
            connection.close();
        }
    }
}

package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.FarClient;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.link.LinkMessage;
import io.javalin.config.JavalinConfig;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.UnauthorizedResponse;
import io.javalin.websocket.WsContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.websocket.api.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The WebSocket at which the workers of other processes ask the keeper of this one. */
public final class LinkServer {

    /** Where it is. */
    public static final String PATH = "/gatehouse";

    static final String WORKER = "worker";

    private static final Logger log = LoggerFactory.getLogger(LinkServer.class);
    private static final Pattern WORKER_ID = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final long WRITE_SECONDS = 5;

    private final byte[] authorization;
    private final Keeper keeper;
    private final NanoClock clock;
    private final Map<String, Visitor> visitors = new ConcurrentHashMap<>(); // by session

    /**
     * A server for those that show this key.
     *
     * @param key stands in the workers topic
     */
    public LinkServer(String key, Keeper keeper, NanoClock clock) {
        this.authorization = ("Bearer " + key).getBytes(StandardCharsets.UTF_8);
        this.keeper = keeper;
        this.clock = clock;
    }

    public void configure(JavalinConfig config) {
        config.jetty.modifyWebSocketServletFactory(
                factory -> {
                    factory.setMaxTextMessageSize(LinkConnection.FRAME_MAX_CHARS);
                    factory.setIdleTimeout(Duration.ofSeconds(30));
                });
        config.routes.wsBeforeUpgrade(PATH, this::admit);
        config.routes.ws(
                PATH,
                ws -> {
                    ws.onConnect(ctx -> visitors.put(ctx.sessionId(), new Visitor(ctx)));
                    ws.onMessage(
                            ctx -> {
                                Visitor visitor = visitors.get(ctx.sessionId());
                                if (visitor != null) {
                                    visitor.connection.read(ctx.message());
                                }
                            });
                    ws.onClose(ctx -> leave(ctx.sessionId()));
                    ws.onError(ctx -> log.debug("link: {}", String.valueOf(ctx.error())));
                });
    }

    /** Workers of other processes that are linked to the keeper of this one. */
    public int visitors() {
        return visitors.size();
    }

    private void admit(Context ctx) {
        String shown = ctx.header("Authorization");
        byte[] bytes = shown == null ? new byte[0] : shown.getBytes(StandardCharsets.UTF_8);
        if (!MessageDigest.isEqual(bytes, authorization)) {
            throw new UnauthorizedResponse("This is for workers of the same fleet.");
        }
        String worker = ctx.queryParam(WORKER);
        if (worker == null || !WORKER_ID.matcher(worker).matches()) {
            throw new BadRequestResponse("Say which worker you are: ?worker=ID");
        }
    }

    private void leave(String session) {
        Visitor visitor = visitors.remove(session);
        if (visitor != null) {
            visitor.connection.close();
        }
    }

    /** A worker of another process, and its desk here. */
    private final class Visitor implements LinkConnection.Ends {
        private final WsContext session;
        private final String worker;
        private final LinkConnection connection;
        private final FarClient client;
        private final Desk desk;

        Visitor(WsContext session) {
            this.session = session;
            this.worker = String.valueOf(session.queryParam(WORKER));
            this.connection = LinkConnection.of(worker, this, clock);
            this.client = new FarClient(worker, connection);
            this.desk = keeper.open(worker, client);
            connection.begin();
        }

        @Override
        public void write(String frame) throws IOException {
            var written = new Callback.Completable();
            session.session.sendText(frame, written);
            try {
                written.get(WRITE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new IOException("not written: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void ready() {
            log.info("{} is linked to the gatehouses here", worker);
        }

        @Override
        public void closed() {
            log.info("the link of {} is closed", worker);
            desk.leave();
            session.session.disconnect();
        }

        @Override
        public void read(LinkMessage message) {
            if (message instanceof LinkMessage.ToKeeper said) {
                client.read(said, desk);
            } else {
                log.warn("{} speaks as a keeper", worker);
                connection.close();
            }
        }
    }
}

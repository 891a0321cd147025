package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.DeskClient;
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
    private final class Visitor implements DeskClient, LinkConnection.Ends {
        private final WsContext session;
        private final String worker;
        private final Desk desk;
        private final LinkConnection connection;

        Visitor(WsContext session) {
            this.session = session;
            this.worker = String.valueOf(session.queryParam(WORKER));
            this.desk = keeper.open(worker, this);
            this.connection = LinkConnection.start(worker, this, clock);
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
            switch (message) {
                case LinkMessage.Hello h -> desk.hello(mine(h));
                case LinkMessage.HandIn h -> desk.handIn(h.pool(), h.epoch(), mine(h.ticket()));
                case LinkMessage.Withdraw w ->
                        desk.withdraw(w.pool(), w.epoch(), new TicketId(worker, w.ticket()));
                case LinkMessage.Written w ->
                        desk.written(w.pool(), w.grant(), connection.late(w.atNanos()));
                case LinkMessage.Ended e -> desk.ended(e.pool(), e.grant(), e.ending());
                case LinkMessage.CloseFor c ->
                        desk.closeFor(c.pool(), c.node(), Duration.ofNanos(c.nanos()));
                case LinkMessage.ToWorker t -> {
                    log.warn("{} speaks as a keeper", worker);
                    connection.close();
                }
            }
        }

        /** By our clock, and in its own name only. */
        private LinkMessage.Hello mine(LinkMessage.Hello hello) {
            long[] shift = connection.shift();
            return new LinkMessage.Hello(
                    hello.pool(),
                    hello.epoch(),
                    hello.tickets().stream().map(this::mine).toList(),
                    hello.flights(),
                    hello.history().map(history -> history.shifted(shift[0], shift[1])),
                    hello.historyEpoch(),
                    hello.closedForNanos());
        }

        private Ticket mine(Ticket ticket) {
            return new Ticket(
                    new TicketId(worker, ticket.id().number()),
                    ticket.lane(),
                    ticket.acceptedAtMs(),
                    ticket.bodyBytes(),
                    ticket.avoid());
        }

        @Override
        public boolean isFar() {
            return true;
        }

        @Override
        public void granted(PoolName pool, long epoch, Grant grant, long atNanos) {
            connection.say(
                    new LinkMessage.Granted(
                            pool,
                            epoch,
                            grant.id(),
                            grant.ticket().number(),
                            grant.node(),
                            atNanos));
        }

        @Override
        public void refused(PoolName pool, long epoch, TicketId ticket) {
            connection.say(new LinkMessage.Refused(pool, epoch, ticket.number()));
        }

        @Override
        public void told(PoolName pool, long epoch, PoolHistory history) {
            connection.say(new LinkMessage.Told(pool, epoch, history));
        }

        @Override
        public void turnedAway(PoolName pool, long epoch) {
            connection.say(new LinkMessage.TurnedAway(pool, epoch));
        }
    }
}

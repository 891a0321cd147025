package dev.sluice.chassis.http.connections;

import dev.sluice.chassis.pace.ConnectionPace;
import dev.sluice.chassis.time.NanoClock;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of a server: lets in as many as may be, makes room where it can, and closes
 * those whose client is too slow.
 *
 * <p>A client that has as many as it may gets a further one in place of the one of its own that has
 * had no request in hand for longest; where all have one, the new connection is closed. Safe for
 * use by several threads; {@link #look} is for one.
 */
final class Connections {

    /** Why a connection was closed. */
    enum Closed {
        CLIENT_LIMIT,
        FOR_ANOTHER,
        HALF_OPEN_LIMIT,
        HEAD_TOO_SLOW,
        BODY_TOO_SLOW,
        READER_TOO_SLOW
    }

    /** A connection that may go for another one, as it was when it was found. */
    private record Candidate(ClientEndPoint endPoint, boolean idle, long ageNanos, long since) {

        static Candidate of(ClientEndPoint endPoint, long now) {
            long since = endPoint.pace().sinceNanos();
            return new Candidate(endPoint, endPoint.isIdle(), now - since, since);
        }

        /** Whether nothing has happened on it in the meantime. */
        boolean isAsItWas() {
            return endPoint.isOpen() && endPoint.mayGo() && endPoint.pace().sinceNanos() == since;
        }
    }

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    // a request that is just on its way in is not cut off for another one
    private static final long YOUNG_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    // that are found in one search for who could go
    private static final int CANDIDATES = 64;
    // of the process's descriptors: beyond it nothing is accepted, for its files and other sockets
    private static final double MOST_DESCRIPTORS = 0.85;
    private static final long COUNT_DESCRIPTORS_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long REFUSED_TOLD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ConnectionLimits limits;
    private final NanoClock nanos;
    private final Consumer<Closed> closed;
    private final Clients clients = new Clients();
    private final AtomicInteger open = new AtomicInteger();
    private final Set<ClientEndPoint> watched = ConcurrentHashMap.newKeySet();
    private final Map<Client, Deque<Candidate>> candidates = new ConcurrentHashMap<>();
    private final Descriptors descriptors;
    private final long descriptorsMax;
    private volatile long descriptorsOfOthers; // of files, and of sockets of other kinds
    private long descriptorsCountedNanos;
    private boolean full;
    private long refused;
    private long refusedToldNanos;

    Connections(
            ConnectionLimits limits,
            Descriptors descriptors,
            NanoClock nanos,
            Consumer<Closed> closed) {
        this.limits = limits;
        this.descriptors = descriptors;
        this.descriptorsMax = (long) (descriptors.max() * MOST_DESCRIPTORS);
        this.nanos = nanos;
        this.closed = closed;
        this.descriptorsCountedNanos = nanos.nanoTime();
        this.refusedToldNanos = nanos.nanoTime() - REFUSED_TOLD_NANOS;
        this.descriptorsOfOthers = descriptors.open();
    }

    Clients clients() {
        return clients;
    }

    int open() {
        return open.get();
    }

    /** A connection is being accepted; it counts until it is closed, or could not be accepted. */
    void accepting() {
        open.incrementAndGet();
    }

    void closed() {
        open.decrementAndGet();
    }

    ConnectionPace newPace() {
        return new ConnectionPace(limits.pace(), nanos.nanoTime());
    }

    boolean isTrusted(InetAddress address) {
        return limits.trustedProxies().stream().anyMatch(range -> range.contains(address));
    }

    /** Whether a further connection may be accepted. */
    boolean hasRoom() {
        return open.get() < Math.min(limits.max(), descriptorsMax - descriptorsOfOthers);
    }

    /** A connection is open; it may be closed at once. */
    void opened(ClientEndPoint endPoint) {
        Client client = clients.enter(endPoint.network());
        endPoint.enter(client);
        client.endPoints().add(endPoint);
        if (!endPoint.isTrusted() && client.endPoints().size() > limits.perClient()) {
            if (!closeOneOf(client)) {
                tellRefused(endPoint);
                close(endPoint, Closed.CLIENT_LIMIT);
            }
        }
    }

    /** It is no longer open. */
    void gone(ClientEndPoint endPoint) {
        Client client = endPoint.client();
        client.endPoints().remove(endPoint);
        watched.remove(endPoint);
        endPoint.tellGone(); // it may have been closed by us
        if (client.endPoints().isEmpty()) {
            candidates.remove(client);
        }
        clients.leave(client);
    }

    void watch(ClientEndPoint endPoint) {
        watched.add(endPoint);
    }

    void watchNoLonger(ClientEndPoint endPoint) {
        watched.remove(endPoint);
    }

    /** Looks at all of them: who is too slow, who has left, whether there is room again. */
    void look() {
        watched.forEach(ClientEndPoint::lookWhetherGone);
        long now = nanos.nanoTime();
        for (Client client : clients.all()) {
            lookAt(client, now);
            clients.forget(client);
        }
        if (open.get() >= limits.max()) {
            // a proxy's connections are those of many: they go last
            clients.all().stream()
                    .max(
                            Comparator.comparingInt((Client client) -> isTrusted(client) ? 0 : 1)
                                    .thenComparingInt(client -> client.endPoints().size()))
                    .ifPresent(this::closeSomeOf);
        }
        if (now - descriptorsCountedNanos >= COUNT_DESCRIPTORS_NANOS) {
            descriptorsCountedNanos = now;
            countDescriptors();
        }
    }

    private void lookAt(Client client, long now) {
        int unfinished = 0;
        for (ClientEndPoint endPoint : client.endPoints()) {
            switch (endPoint.pace().look(now, endPoint.look())) {
                case IN_TIME -> unfinished += endPoint.isUnfinished() ? 1 : 0;
                case HEAD_TOO_SLOW -> close(endPoint, Closed.HEAD_TOO_SLOW);
                case READER_TOO_SLOW -> close(endPoint, Closed.READER_TOO_SLOW);
                case BODY_TOO_SLOW -> {
                    if (endPoint.failBody(now)) {
                        closed.accept(Closed.BODY_TOO_SLOW);
                    }
                }
            }
        }
        if (unfinished > limits.halfOpenPerClient() && !isTrusted(client)) {
            client.endPoints().stream()
                    .filter(ClientEndPoint::isUnfinished)
                    .map(endPoint -> Candidate.of(endPoint, now))
                    .sorted(Comparator.comparingLong(Candidate::ageNanos).reversed())
                    .limit(unfinished - limits.halfOpenPerClient())
                    .forEach(one -> close(one.endPoint(), Closed.HALF_OPEN_LIMIT));
        }
    }

    private static boolean isTrusted(Client client) {
        return client.endPoints().stream().findAny().filter(ClientEndPoint::isTrusted).isPresent();
    }

    private void closeSomeOf(Client client) {
        for (int i = 0; i < CANDIDATES && closeOneOf(client); i++) {
            log.debug("a connection is closed for another one");
        }
    }

    /** Closes that connection of a client which has had no request in hand for longest. */
    private boolean closeOneOf(Client client) {
        Deque<Candidate> queue = candidates.computeIfAbsent(client, c -> new ArrayDeque<>());
        synchronized (queue) {
            if (queue.isEmpty()) {
                search(client, queue);
            }
            for (Candidate next = queue.poll(); next != null; next = queue.poll()) {
                if (next.isAsItWas()) {
                    close(next.endPoint(), Closed.FOR_ANOTHER);
                    return true;
                }
            }
            return false;
        }
    }

    /** Those without a request in hand first, of each kind the oldest first. */
    private void search(Client client, Deque<Candidate> into) {
        long now = nanos.nanoTime();
        client.endPoints().stream()
                .filter(ClientEndPoint::mayGo)
                .map(endPoint -> Candidate.of(endPoint, now))
                .filter(one -> one.ageNanos() > YOUNG_NANOS)
                .sorted(
                        Comparator.comparingInt((Candidate one) -> one.idle() ? 0 : 1)
                                .thenComparing(
                                        Comparator.comparingLong(Candidate::ageNanos).reversed()))
                .limit(CANDIDATES)
                .forEach(into::add);
    }

    private void close(ClientEndPoint endPoint, Closed why) {
        closed.accept(why);
        endPoint.cutOff(new TimeoutException(why.name()));
    }

    private void countDescriptors() {
        descriptorsOfOthers = Math.max(0, descriptors.open() - open.get());
        boolean now = !hasRoom();
        if (now != full) {
            full = now;
            log.warn(
                    now
                            ? "nothing is accepted for now: {} connections are open"
                                    + " (lb.max-connections), and {} other files and sockets"
                                    + " (ulimit -n)"
                            : "connections are accepted again: {} are open, and {} other files and"
                                    + " sockets",
                    open.get(),
                    descriptorsOfOthers);
        }
    }

    private synchronized void tellRefused(ClientEndPoint endPoint) {
        refused++;
        long now = nanos.nanoTime();
        if (now - refusedToldNanos >= REFUSED_TOLD_NANOS) {
            log.warn(
                    "closed {} new connections, the last from {}: a client address has as many as"
                            + " it may, each with a request in hand (lb.client-max-connections)",
                    refused,
                    endPoint.getRemoteSocketAddress());
            refused = 0;
            refusedToldNanos = now;
        }
    }
}

package dev.sluice.worker.simulation;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.fleet.Directory;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.FarClient;
import dev.sluice.worker.keeper.FarDesk;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.keeper.Route;
import dev.sluice.worker.keeper.Routes;
import dev.sluice.worker.link.LinkMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The ways of one worker: what {@code http.Links}, {@code LinkClient} and {@code LinkServer} do, in
 * virtual time.
 */
final class SimLinks implements Routes {

    private static final long REACH = 2 * Agenda.SECOND;
    private static final long FIRST_PAUSE = 50 * Agenda.MS;
    private static final long MAX_PAUSE = Agenda.SECOND;

    private final SimWorker worker;
    private final SimProcess process;
    private final Desk nearDesk;
    private final Map<String, Link> links = new TreeMap<>(); // by URL
    private boolean closed;

    /** Where the worker is led at the end of a run, to see what it still knows. */
    @Nullable Desk last;

    SimLinks(SimWorker worker, Desk nearDesk) {
        this.worker = worker;
        this.process = worker.process;
        this.nearDesk = nearDesk;
    }

    @Override
    public Optional<Route> to(PoolName pool) {
        if (last != null) {
            return Optional.of(new Route(last, Long.MAX_VALUE));
        }
        long now = process.nowNanos();
        OptionalLong near = process.houses.epochOf(pool);
        int shard = Keeper.shardOf(pool, FleetRun.SHARDS);
        Optional<Directory.Keeper> far = process.directory.keeperOf(shard, now);
        if (near.isPresent() && (far.isEmpty() || far.get().epoch() <= near.getAsLong())) {
            return Optional.of(new Route(nearDesk, near.getAsLong()));
        }
        if (far.isEmpty() || process.directory.isHere(far.get().worker())) {
            return Optional.empty();
        }
        Link link = links.computeIfAbsent(far.get().url(), url -> new Link(url, now));
        link.neededNanos = now;
        link.keeper = far.get().worker();
        return link.desk().map(desk -> new Route(desk, far.get().epoch()));
    }

    List<String> reaches() {
        return links.values().stream()
                .filter(link -> process.nowNanos() - link.neededNanos < REACH)
                .filter(link -> link.desk().isPresent())
                .map(link -> link.keeper)
                .sorted()
                .toList();
    }

    List<String> cannotReach() {
        long now = process.nowNanos();
        var cannot = new ArrayList<String>();
        for (Link link : links.values()) {
            if (link.desk().isPresent()) {
                link.awaySince = OptionalLong.empty();
            } else if (link.awaySince.isEmpty()) {
                link.awaySince = OptionalLong.of(now);
            } else if (now - link.neededNanos < REACH && now - link.awaySince.getAsLong() > REACH) {
                cannot.add(link.keeper);
            }
        }
        return cannot.stream().sorted().toList();
    }

    void close() {
        closed = true;
        links.values().forEach(Link::close);
        nearDesk.leave();
    }

    /** A link to the process of a keeper, made again whenever it breaks. */
    private final class Link {
        final String url;
        String keeper = "";
        long neededNanos;
        OptionalLong awaySince;
        long pause = FIRST_PAUSE;
        @Nullable Session session;

        Link(String url, long now) {
            this.url = url;
            this.neededNanos = now;
            this.awaySince = OptionalLong.of(now);
            process.run(0, this::connect);
        }

        Optional<Desk> desk() {
            return session == null || !session.ready ? Optional.empty() : Optional.of(session.desk);
        }

        private void connect() {
            if (closed) {
                return;
            }
            SimProcess there = process.run.process(url);
            if (there == null
                    || there.isDead()
                    || there.isPaused()
                    || !process.run.network.isOpen(process, there)) {
                boolean refused = there == null || there.isDead();
                process.run(refused ? Agenda.MS : Agenda.SECOND, this::again);
                return;
            }
            process.run(
                    process.agenda.usually(Agenda.MS, 5 * Agenda.MS, 300 * Agenda.MS),
                    () -> opened(there));
        }

        private void opened(SimProcess there) {
            if (closed || there.isDead()) {
                again();
                return;
            }
            var made = new Session(this);
            session = made;
            made.end.begin();
            there.run(0, () -> new Visitor(worker.id, there, made.end));
        }

        void over() {
            session = null;
            if (!closed) {
                worker.post(SimWorker::reroute);
                pause = FIRST_PAUSE;
                again();
            }
        }

        private void again() {
            process.run(pause, this::connect);
            pause = Math.min(2 * pause, MAX_PAUSE);
        }

        void close() {
            if (session != null) {
                session.end.close();
            }
        }
    }

    /** One connection, here. */
    private final class Session implements LinkEnd.Ends {
        final Link link;
        final LinkEnd end;
        final FarDesk desk;
        boolean ready;

        Session(Link link) {
            this.link = link;
            this.end = new LinkEnd(process, this);
            this.desk = new FarDesk(worker.id, end, worker::postLink);
        }

        @Override
        public void read(LinkMessage message) {
            desk.read((LinkMessage.ToWorker) message, process.nowNanos());
        }

        @Override
        public void ready() {
            ready = true;
            worker.post(SimWorker::reroute);
        }

        @Override
        public void closed() {
            ready = false;
            link.over();
        }
    }

    /** The same connection, there. */
    private static final class Visitor implements LinkEnd.Ends {
        private final FarClient client;
        private final Desk desk;

        Visitor(String worker, SimProcess there, LinkEnd from) {
            var end = new LinkEnd(there, this);
            this.client = new FarClient(worker, end);
            this.desk = there.open(worker, client);
            end.to(from);
            end.begin();
            from.at.run(0, () -> from.to(end));
        }

        @Override
        public void read(LinkMessage message) {
            client.read((LinkMessage.ToKeeper) message, desk);
        }

        @Override
        public void ready() {}

        @Override
        public void closed() {
            desk.leave();
        }
    }
}

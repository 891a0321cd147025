package dev.sluice.worker.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.fleet.Directory;
import dev.sluice.worker.keeper.Desk;
import dev.sluice.worker.keeper.FleetLink;
import dev.sluice.worker.keeper.Keeper;
import dev.sluice.worker.keeper.Route;
import dev.sluice.worker.keeper.Routes;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The ways of one worker to the keepers: the one in its process, and links to those elsewhere that
 * it needs.
 */
public final class Links implements Routes, AutoCloseable {

    // a link that is not needed for so long is closed
    private static final long UNUSED_NANOS = 60_000_000_000L;
    // it takes a moment to connect; after this a keeper is said to be out of reach
    private static final long REACH_NANOS = 2_000_000_000L;

    /** What all workers of a process have in common here. */
    public record Here(
            Keeper keeper, Directory directory, HttpClient http, int shards, NanoClock clock) {}

    /** Links that are needed: those that are up, and those that are not. */
    public record Counts(int up, int away) {}

    /** A link to the process of a keeper. */
    private static final class Open {
        final LinkClient client;
        volatile String keeper; // the worker there that is needed
        volatile long neededNanos;
        volatile OptionalLong awaySinceNanos;

        Open(LinkClient client, String keeper, long nowNanos) {
            this.client = client;
            this.keeper = keeper;
            this.neededNanos = nowNanos;
            this.awaySinceNanos = OptionalLong.of(nowNanos);
        }
    }

    private final Here here;
    private final String worker;
    private final Desk nearDesk;
    private final Consumer<Consumer<FleetLink>> post;
    private final Map<String, Open> links = new ConcurrentHashMap<>(); // by URL and key

    /**
     * Ways of this worker.
     *
     * @param nearDesk its desk at the keeper of this process
     * @param post to the worker's loop
     */
    public Links(Here here, String worker, Desk nearDesk, Consumer<Consumer<FleetLink>> post) {
        this.here = here;
        this.worker = worker;
        this.nearDesk = nearDesk;
        this.post = post;
    }

    @Override
    public Optional<Route> to(PoolName pool) {
        long now = here.clock.nanoTime();
        OptionalLong near = here.keeper.epochOf(pool);
        int shard = Keeper.shardOf(pool, here.shards);
        Optional<Directory.Keeper> far = here.directory.keeperOf(shard, now);
        if (near.isPresent() && (far.isEmpty() || far.get().epoch() <= near.getAsLong())) {
            return Optional.of(new Route(nearDesk, near.getAsLong()));
        }
        if (far.isEmpty() || here.directory.isHere(far.get().worker())) {
            return Optional.empty();
        }
        Open link = links.computeIfAbsent(name(far.get()), n -> open(far.get(), now));
        link.neededNanos = now;
        link.keeper = far.get().worker();
        return link.client.desk().map(desk -> new Route(desk, far.get().epoch()));
    }

    /** The links that are needed now. */
    public Counts counts() {
        int up = reaches().size();
        long needed =
                links.values().stream()
                        .filter(link -> here.clock.nanoTime() - link.neededNanos < REACH_NANOS)
                        .count();
        return new Counts(up, Math.max(0, Math.toIntExact(needed) - up));
    }

    /** Keepers that are needed and talked to. */
    public List<String> reaches() {
        return links.values().stream()
                .filter(link -> here.clock.nanoTime() - link.neededNanos < REACH_NANOS)
                .filter(link -> link.client.desk().isPresent())
                .map(link -> link.keeper)
                .sorted()
                .toList();
    }

    /** Keepers that are needed and out of reach; to be called now and then. */
    public List<String> cannotReach() {
        long now = here.clock.nanoTime();
        var cannot = new ArrayList<String>();
        links.entrySet()
                .removeIf(
                        entry -> {
                            boolean unused = now - entry.getValue().neededNanos > UNUSED_NANOS;
                            if (unused) {
                                entry.getValue().client.close();
                            }
                            return unused;
                        });
        for (Open link : links.values()) {
            if (link.client.desk().isPresent()) {
                link.awaySinceNanos = OptionalLong.empty();
            } else if (link.awaySinceNanos.isEmpty()) {
                link.awaySinceNanos = OptionalLong.of(now);
            } else if (now - link.neededNanos < REACH_NANOS
                    && now - link.awaySinceNanos.getAsLong() > REACH_NANOS) {
                cannot.add(link.keeper);
            }
        }
        return cannot.stream().sorted().toList();
    }

    @Override
    public void close() {
        links.values().forEach(link -> link.client.close());
        links.clear();
        nearDesk.leave();
    }

    private Open open(Directory.Keeper keeper, long now) {
        var client = LinkClient.start(here.http, keeper, worker, here.clock, post);
        return new Open(client, keeper.worker(), now);
    }

    private static String name(Directory.Keeper keeper) {
        return keeper.url() + " " + keeper.key();
    }
}

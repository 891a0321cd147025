package dev.sluice.worker.keeper;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.TicketId;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the keeper of this process says to one of its workers, posted to the worker's loop. */
public final class NearClient implements DeskClient {

    private final Consumer<Consumer<FleetLink>> post;
    private final NanoClock clock;
    private @Nullable Desk desk; // set before the first hello

    private NearClient(Consumer<Consumer<FleetLink>> post, NanoClock clock) {
        this.post = post;
        this.clock = clock;
    }

    /**
     * Opens a desk.
     *
     * @param keeper where, for this client
     */
    public static Desk open(
            Function<DeskClient, Desk> keeper,
            Consumer<Consumer<FleetLink>> post,
            NanoClock clock) {
        var client = new NearClient(post, clock);
        Desk desk = keeper.apply(client);
        client.desk = desk;
        return desk;
    }

    @Override
    public boolean isFar() {
        return false;
    }

    @Override
    public void granted(PoolName pool, long epoch, Grant grant, long atNanos) {
        post.accept(link -> link.granted(desk(), epoch, grant, atNanos, clock.nanoTime()));
    }

    @Override
    public void refused(PoolName pool, long epoch, TicketId ticket) {
        post.accept(link -> link.refused(desk(), pool, epoch, ticket, clock.nanoTime()));
    }

    @Override
    public void told(PoolName pool, long epoch, PoolHistory history) {
        post.accept(link -> link.told(pool, epoch, history, clock.nanoTime()));
    }

    @Override
    public void turnedAway(PoolName pool, long epoch) {
        post.accept(link -> link.turnedAway(desk(), pool, epoch, clock.nanoTime()));
    }

    private Desk desk() {
        return Objects.requireNonNull(desk);
    }
}

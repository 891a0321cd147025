package dev.sluice.worker.keeper;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.LinkMessage;
import java.time.Duration;
import java.util.function.Consumer;

/** A worker's desk at the keeper of this process. */
final class KeeperDesk implements Desk {

    /** The gatehouses that a desk stands in front of. */
    interface Floor {

        /** Does something with the pool's house and then serves it; whether there is one. */
        boolean withHouse(PoolName pool, Consumer<House> what);

        /** The same, where nothing can become possible by it. */
        void inHouse(PoolName pool, Consumer<House> what);

        void inAllHouses(Consumer<House> what);

        NanoClock clock();
    }

    private final Floor keeper;
    private final String worker;
    private final DeskClient client;

    KeeperDesk(Floor keeper, String worker, DeskClient client) {
        this.keeper = keeper;
        this.worker = worker;
        this.client = client;
    }

    @Override
    public void hello(LinkMessage.Hello hello) {
        PoolName pool = hello.pool();
        long epoch = hello.epoch();
        boolean kept =
                keeper.withHouse(
                        pool,
                        house -> {
                            if (house.epoch == epoch) {
                                house.hello(worker, client, hello, keeper.clock().nanoTime());
                            } else {
                                client.turnedAway(pool, epoch);
                            }
                        });
        if (!kept) {
            client.turnedAway(pool, epoch);
        }
    }

    @Override
    public void handIn(PoolName pool, long epoch, Ticket ticket) {
        at(pool, epoch, house -> house.gatehouse.handIn(ticket));
    }

    @Override
    public void withdraw(PoolName pool, long epoch, TicketId ticket) {
        at(pool, epoch, house -> house.gatehouse.withdraw(ticket));
    }

    @Override
    public void written(PoolName pool, long grant, long atNanos) {
        keeper.inHouse(pool, house -> house.gatehouse.written(grant, atNanos));
    }

    @Override
    public void ended(PoolName pool, long grant, Gate.Ending ending) {
        keeper.withHouse(
                pool, house -> house.gatehouse.ended(grant, ending, keeper.clock().nanoTime()));
    }

    @Override
    public void closeFor(PoolName pool, String node, Duration wait) {
        keeper.withHouse(
                pool,
                house ->
                        house.gatehouse.closeUntil(
                                node, keeper.clock().nanoTime() + wait.toNanos()));
    }

    @Override
    public void leave() {
        keeper.inAllHouses(house -> house.leave(worker, client));
    }

    /** Only where it has said hello: who keeps a pool anew is told all at once. */
    private void at(PoolName pool, long epoch, Consumer<House> what) {
        keeper.withHouse(
                pool,
                house -> {
                    if (house.epoch == epoch && house.serves(worker, client)) {
                        what.accept(house);
                    }
                });
    }
}

package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Ticket;
import dev.sluice.worker.gatehouse.TicketId;
import dev.sluice.worker.link.LinkMessage;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Permits for tests of what asks them. */
public final class Permits {

    private Permits() {}

    /** A permit for one request under this lease; {@code writes} counts what it hears of. */
    public static Permit of(Lease lease, long goodUntilNanos, AtomicInteger writes) {
        return new Permit(
                PoolName.DEFAULT, 1, new Counting(writes), goodUntilNanos, lease, lease.term());
    }

    private record Counting(AtomicInteger writes) implements Desk {

        @Override
        public void written(PoolName pool, long grant, long atNanos) {
            writes.incrementAndGet();
        }

        @Override
        public void hello(LinkMessage.Hello hello) {}

        @Override
        public void handIn(PoolName pool, long epoch, Ticket ticket) {}

        @Override
        public void withdraw(PoolName pool, long epoch, TicketId ticket) {}

        @Override
        public void ended(PoolName pool, long grant, Gate.Ending ending) {}

        @Override
        public void closeFor(PoolName pool, String node, Duration wait) {}

        @Override
        public void leave() {}
    }
}

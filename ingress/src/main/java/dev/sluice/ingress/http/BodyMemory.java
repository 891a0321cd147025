package dev.sluice.ingress.http;

import dev.sluice.chassis.http.connections.Client;
import dev.sluice.chassis.pace.Share;
import java.util.function.BooleanSupplier;

/**
 * The memory for bodies: of requests until the log has them, of answers until they are written. All
 * together have a bound, and so has each client address.
 */
final class BodyMemory {

    /**
     * The bounds, in bytes.
     *
     * @param perClient of those of one client address
     */
    record Bounds(long all, long perClient) {}

    /** Memory that is taken until it is closed; for one thread. */
    final class Held implements AutoCloseable {

        private final Client client;
        private long bytes;

        private Held(Client client) {
            this.client = client;
        }

        /** Whether there was so much more. */
        boolean grow(long more) {
            if (!client.bodyBytes().take(more, bounds.perClient())) {
                return false;
            }
            if (!all.take(more, bounds.all())) {
                client.bodyBytes().give(more);
                return false;
            }
            bytes += more;
            return true;
        }

        @Override
        public void close() {
            all.give(bytes);
            client.bodyBytes().give(bytes);
            bytes = 0;
        }
    }

    private final Bounds bounds;
    private final BooleanSupplier heapIsFull;
    private final Share all = new Share();

    BodyMemory(Bounds bounds, BooleanSupplier heapIsFull) {
        this.bounds = bounds;
        this.heapIsFull = heapIsFull;
    }

    /** Nothing yet, of this client. */
    Held of(Client client) {
        return new Held(client);
    }

    long heldBytes() {
        return all.taken();
    }

    /** Refuses what would take memory where the whole heap has none left. */
    void check() {
        if (heapIsFull.getAsBoolean()) {
            throw Problems.heapFull();
        }
    }
}

package dev.sluice.chassis.http.connections;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The clients that are there; safe for use by several threads. */
final class Clients {

    private final Map<ClientNetwork, Client> clients = new ConcurrentHashMap<>();

    /** A connection or a request of this client begins; to be followed by {@link #leave}. */
    Client enter(ClientNetwork network) {
        return clients.compute(
                network,
                (key, known) -> {
                    Client client = known == null ? new Client(key) : known;
                    client.entered();
                    return client;
                });
    }

    void leave(Client client) {
        clients.computeIfPresent(
                client.network(),
                (key, known) -> {
                    known.left();
                    return known;
                });
    }

    /** Forgets a client of whom nothing is left. */
    void forget(Client client) {
        clients.computeIfPresent(client.network(), (key, known) -> known.isUnused() ? null : known);
    }

    Collection<Client> all() {
        return clients.values();
    }
}

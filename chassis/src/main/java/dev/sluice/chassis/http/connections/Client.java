package dev.sluice.chassis.http.connections;

import dev.sluice.chassis.pace.Share;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Everybody at one address: what they have of what all clients share.
 *
 * <p>It lives as long as it has connections, requests that came by a trusted proxy, or something of
 * what is shared.
 */
public final class Client {

    private final ClientNetwork network;
    private final Share waits = new Share();
    private final Share bodyBytes = new Share();
    private final Set<ClientEndPoint> endPoints = ConcurrentHashMap.newKeySet();
    private int users; // guarded by the map of Clients

    Client(ClientNetwork network) {
        this.network = network;
    }

    /** Somebody of whom nothing is known, for what is called without a connection. */
    public static Client unknown() {
        return new Client(ClientNetwork.UNKNOWN);
    }

    /** For people and tallies: {@code 203.0.113.7} or {@code 2001:db8:1:2::/64}. */
    public String name() {
        return network.text();
    }

    /** Waits for a result. */
    public Share waits() {
        return waits;
    }

    /** Bytes of bodies that are on their way in, and of answers on their way out. */
    public Share bodyBytes() {
        return bodyBytes;
    }

    ClientNetwork network() {
        return network;
    }

    Set<ClientEndPoint> endPoints() {
        return endPoints;
    }

    void entered() {
        users++;
    }

    void left() {
        users--;
    }

    /** Whether nothing of it is left: no connection, no request, and nothing that it has taken. */
    boolean isUnused() {
        return users == 0 && waits.taken() == 0 && bodyBytes.taken() == 0;
    }
}

package dev.sluice.ingress.http;

import dev.sluice.chassis.http.connections.ClientConnection;
import dev.sluice.chassis.pace.Share;
import dev.sluice.ingress.results.WaitingClient;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Who sent a request, as one who may wait for a result. */
record Asker(Share waits, Optional<ClientConnection> connection) implements WaitingClient {

    static Asker of(HttpServletRequest request) {
        return new Asker(ClientConnection.clientOf(request).waits(), ClientConnection.of(request));
    }

    @Override
    public Span whenGone(Runnable gone) {
        Optional<ClientConnection.Span> watch = connection.map(c -> c.whenGone(gone));
        return () -> watch.ifPresent(ClientConnection.Span::close);
    }
}

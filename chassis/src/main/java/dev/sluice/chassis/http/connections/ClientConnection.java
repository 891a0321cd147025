package dev.sluice.chassis.http.connections;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A client's connection, as those see it who serve a request that came over it. */
public interface ClientConnection {

    /** Something that goes on until it is closed. */
    interface Span extends AutoCloseable {
        @Override
        void close();
    }

    /** The connection of a request; none where a server without {@link ClientConnector} has it. */
    static Optional<ClientConnection> of(HttpServletRequest request) {
        return in(request.getAttribute(ClientHandler.CONNECTION));
    }

    /** The same for a request that is served by Jetty's own handlers. */
    static Optional<ClientConnection> of(Request request) {
        return in(request.getAttribute(ClientHandler.CONNECTION));
    }

    private static Optional<ClientConnection> in(@Nullable Object attribute) {
        return attribute instanceof ClientConnection there ? Optional.of(there) : Optional.empty();
    }

    /** Who sent a request: the connection's client, or whom a trusted proxy names. */
    static Client clientOf(HttpServletRequest request) {
        return request.getAttribute(ClientHandler.CLIENT) instanceof Client client
                ? client
                : Client.unknown();
    }

    /**
     * Whether the client did not keep up with the body of the request in hand: who reads it gets an
     * {@code IOException} for that.
     */
    boolean bodyTooSlow();

    /**
     * Looks whether the client is still there, while a request is in hand whose body has been read.
     * One that sends more than some kilobytes in the meantime counts as gone: it does not just
     * wait.
     *
     * @param gone runs within half a second of when the client closes its side of the connection,
     *     on another thread
     */
    Span whenGone(Runnable gone);

    /** The same, but for who sends more in the meantime: whether that one leaves is not seen. */
    Span whenClosed(Runnable gone);
}

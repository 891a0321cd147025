package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.connections.ClientConnection;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** A client that leaves while its service is silent, or sends its body too slowly. */
final class LeavingClient {

    /** It closed its side of the connection. */
    static final class LeftException extends ClosedChannelException {}

    private LeavingClient() {}

    /** Whether the client did not keep up with its body: then the service is not to be blamed. */
    static boolean wasTooSlow(Request request) {
        return ClientConnection.of(request).filter(ClientConnection::bodyTooSlow).isPresent();
    }

    /**
     * Ends what goes out for a request when its client has left: it holds no connection. From when
     * all of the request is sent; before that its client is read from.
     */
    static void ends(org.eclipse.jetty.client.Request out, Request request) {
        ClientConnection.of(request).ifPresent(client -> ends(out, client));
    }

    private static void ends(org.eclipse.jetty.client.Request out, ClientConnection client) {
        var watch = new AtomicReference<ClientConnection.@Nullable Span>();
        out.onRequestSuccess(
                sent ->
                        watch.set(
                                client.whenClosed(
                                        () -> {
                                            var _ = out.abort(new LeftException());
                                        })));
        out.onComplete(
                result -> {
                    ClientConnection.Span watching = watch.get();
                    if (watching != null) {
                        watching.close();
                    }
                });
    }
}

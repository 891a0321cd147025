package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.connections.ClientConnection;
import java.nio.channels.ClosedChannelException;
import org.eclipse.jetty.server.Request;

/** A client that leaves while its service is silent, or sends its body too slowly. */
final class LeavingClient {

    private LeavingClient() {}

    /** Whether the client did not keep up with its body: then the service is not to be blamed. */
    static boolean wasTooSlow(Request request) {
        return ClientConnection.of(request).filter(ClientConnection::bodyTooSlow).isPresent();
    }

    /** Ends what goes out for a request when its client has left: it holds no connection. */
    static void ends(org.eclipse.jetty.client.Request out, Request request) {
        ClientConnection.of(request)
                .ifPresent(
                        client -> {
                            var watch =
                                    client.whenGone(
                                            () -> {
                                                var _ = out.abort(new ClosedChannelException());
                                            });
                            out.onComplete(result -> watch.close());
                        });
    }
}

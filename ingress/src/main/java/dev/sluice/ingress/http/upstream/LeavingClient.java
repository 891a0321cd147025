package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.connections.ClientConnection;
import java.nio.channels.ClosedChannelException;
import org.eclipse.jetty.server.Request;

/** A client that leaves while its service is silent: it holds no connection to the service. */
final class LeavingClient {

    private LeavingClient() {}

    /** Ends what goes out for a request when its client has left. */
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

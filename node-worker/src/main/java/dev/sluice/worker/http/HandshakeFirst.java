package dev.sluice.worker.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * HTTP/1.1 as Jetty speaks it, but strict about answers ({@link StrictReceiver}), and over TLS a
 * connection is open only when its handshake is done.
 *
 * <p>Otherwise a request is begun first and its first byte makes the handshake: what is looked at
 * right before it is written (deadline, grant, lease) would be looked at too early, and a node
 * whose certificate is not good would count as one that was sent something.
 */
final class HandshakeFirst extends HttpClientTransportOverHTTP {

    private final Duration timeout;

    /**
     * The transport of one client.
     *
     * @param timeout of a handshake
     */
    HandshakeFirst(Duration timeout) {
        this.timeout = timeout;
    }

    @Override
    public Connection newConnection(EndPoint endPoint, Map<String, Object> context)
            throws IOException {
        return endPoint instanceof SslConnection.SslEndPoint secure
                ? new Handshake(
                        secure,
                        getHttpClient(),
                        timeout,
                        context,
                        () -> connection(endPoint, context))
                : connection(endPoint, context);
    }

    private Connection connection(EndPoint endPoint, Map<String, Object> context) {
        return customize(new StrictConnection(endPoint, context), context);
    }
}

package dev.sluice.ingress.http.upstream;

import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.server.Server;

/** The HTTP client of the proxy: on the server's threads, timers and buffers, within bounds. */
final class UpstreamClient {

    // of an answer's header fields; as much as the front door takes from a client
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private UpstreamClient() {}

    static HttpClient of(Server server) {
        var connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(server.getThreadPool());
        connector.setScheduler(server.getScheduler());
        connector.setByteBufferPool(server.getByteBufferPool());
        return new HttpClient(new HttpClientTransportOverHTTP(connector));
    }

    static void configure(HttpClient client, UpstreamBounds bounds) {
        client.setName("proxy");
        client.setConnectTimeout(bounds.connect().toMillis());
        client.setIdleTimeout(bounds.idle().toMillis());
        client.setMaxConnectionsPerDestination(bounds.maxConnections());
        client.setMaxRequestsQueuedPerDestination(bounds.maxWaiting());
        client.setMaxRequestHeadersSize(2 * MAX_HEADER_BYTES);
        client.setMaxResponseHeadersSize(MAX_HEADER_BYTES);
        // nothing is added that the client did not say
        client.setUserAgentField(null);
        client.setDefaultRequestContentType(null);
    }
}

package dev.sluice.ingress.http.upstream;

import dev.sluice.chassis.http.ReadBuffers;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.server.Server;

/** The HTTP client of the proxy: on the server's threads and timers, within bounds. */
final class UpstreamClient {

    // of an answer's header fields; as much as the front door takes from a client
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    // of what is written: as many as requests are written at one time, and hardly more
    private static final int BUFFERS_OF_A_SIZE = 256;

    private UpstreamClient() {}

    static HttpClient of(Server server) {
        var connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(server.getThreadPool());
        connector.setScheduler(server.getScheduler());
        connector.setByteBufferPool(new ReadBuffers(BUFFERS_OF_A_SIZE));
        return new HttpClient(new HttpClientTransportOverHTTP(connector));
    }

    static void configure(HttpClient client, UpstreamBounds bounds) {
        client.setName("proxy");
        client.setUseInputDirectByteBuffers(false); // see ReadBuffers
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

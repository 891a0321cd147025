package dev.sluice.ingress.http.upstream;

import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request whose target goes out byte for byte. Jetty's own reads it as a URI: it takes {@code
 * //x} for a host, and fails at a percent sign in a query that begins no code.
 */
final class UpstreamRequest extends HttpRequest {

    private final String path;
    private final @Nullable String query;

    /**
     * A request to a service.
     *
     * @param target path and query, beginning with {@code /}
     */
    UpstreamRequest(HttpClient client, URI service, String target) {
        super(client, new HttpConversation(), service);
        int mark = target.indexOf('?');
        path = mark < 0 ? target : target.substring(0, mark);
        query = mark < 0 ? null : target.substring(mark + 1);
    }

    @Override
    public String getPath() {
        return path;
    }

    @Override
    public @Nullable String getQuery() {
        return query;
    }

    @Override
    public @Nullable URI getURI() {
        return null; // the name of the host is known from the service
    }
}

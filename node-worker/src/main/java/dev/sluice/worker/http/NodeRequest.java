package dev.sluice.worker.http;

import java.net.URI;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpConversation;
import org.eclipse.jetty.client.transport.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A request whose target goes out byte for byte. Jetty's own reads it as a URI: it takes {@code
 * //x} for a host, and drops the question mark of an empty query.
 */
final class NodeRequest extends HttpRequest {

    private final String path;
    private final @Nullable String query;

    /**
     * A request to a node.
     *
     * @param target path and query, beginning with {@code /}
     */
    NodeRequest(HttpClient client, URI node, String target) {
        super(client, new HttpConversation(), node);
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
        return null; // the name of the host is known from the node
    }
}

package dev.sluice.cli.demo;

import dev.sluice.protocol.ProtocolJson;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/**
 * The HTTP side of the demo nodes: counts, waits without holding a thread, echoes.
 *
 * <p>{@code GET /health} and {@code GET /stats} are the node's own and are not counted.
 */
final class DemoHandler extends Handler.Abstract {

    // the largest record of the log by default is 16 MiB; nothing larger is ever forwarded
    private static final int BODY_MAX_BYTES = 64 << 20;

    private static final String JSON = "application/json";

    private final Map<Connector, DemoNode> nodes;

    DemoHandler(Map<Connector, DemoNode> nodes) {
        this.nodes = Map.copyOf(nodes);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        DemoNode node = nodes.get(request.getConnectionMetaData().getConnector());
        if (node == null) {
            return false; // a connector that is none of ours: there is none
        }
        response.getHeaders().put("Demo-Node", node.id());
        String path = Request.getPathInContext(request);
        if (request.getMethod().equals("GET") && path.equals("/health")) {
            json(response, Map.of("status", "up", "node", node.id()), callback);
        } else if (request.getMethod().equals("GET") && path.equals("/stats")) {
            json(response, node.stats(), callback);
        } else {
            work(node, request, response, callback);
        }
        return true;
    }

    private void work(DemoNode node, Request request, Response response, Callback callback) {
        long declaredBytes = request.getLength();
        node.arrived(declaredBytes);
        Content.Source.asByteArrayAsync(
                request,
                BODY_MAX_BYTES,
                Promise.Invocable.from(
                        InvocationType.BLOCKING,
                        (body, failure) -> {
                            if (failure != null) {
                                Response.writeError(
                                        request,
                                        response,
                                        callback,
                                        HttpStatus.BAD_REQUEST_400,
                                        "the body did not arrive, or is above 64 MiB");
                                return;
                            }
                            if (declaredBytes < 0) {
                                node.bodyArrived(body.length);
                            }
                            var _ =
                                    getServer()
                                            .getScheduler()
                                            .schedule(
                                                    () -> answer(request, response, body, callback),
                                                    node.latency());
                        }));
    }

    private static void answer(Request request, Response response, byte[] body, Callback callback) {
        if (body.length == 0) {
            var seen = new LinkedHashMap<String, Object>();
            seen.put("method", request.getMethod());
            seen.put("path", request.getHttpURI().getPathQuery());
            seen.put("body_bytes", 0);
            json(response, seen, callback);
            return;
        }
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, type == null ? "application/octet-stream" : type);
        response.write(true, ByteBuffer.wrap(body), callback);
    }

    private static void json(Response response, Object value, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, JSON);
        byte[] body = ProtocolJson.mapper().writeValueAsBytes(value);
        response.write(true, ByteBuffer.wrap(body), callback);
    }
}

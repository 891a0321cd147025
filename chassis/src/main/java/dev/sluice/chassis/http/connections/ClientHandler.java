package dev.sluice.chassis.http.connections;

import java.net.InetAddress;
import java.util.List;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Notes which requests are in hand, and who sent them. */
final class ClientHandler extends Handler.Wrapper {

    static final String CONNECTION = ClientConnection.class.getName();
    static final String CLIENT = Client.class.getName();

    private final Connections connections;

    ClientHandler(Connections connections) {
        this.connections = connections;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (request.getConnectionMetaData().getConnection().getEndPoint()
                instanceof ClientEndPoint endPoint) {
            begin(request, endPoint);
        }
        return super.handle(request, response, callback);
    }

    private void begin(Request request, ClientEndPoint endPoint) {
        endPoint.begin();
        request.setAttribute(CONNECTION, endPoint);
        if (!endPoint.isTrusted()) {
            request.setAttribute(CLIENT, endPoint.client());
            Request.addCompletionListener(request, failure -> endPoint.end());
            return;
        }
        Client behind = connections.clients().enter(behind(request, endPoint));
        request.setAttribute(CLIENT, behind);
        Request.addCompletionListener(
                request,
                failure -> {
                    endPoint.end();
                    connections.clients().leave(behind);
                });
    }

    /** The last address in X-Forwarded-For that is no trusted proxy's own. */
    private ClientNetwork behind(Request request, ClientEndPoint endPoint) {
        List<String> named = request.getHeaders().getCSV(HttpHeader.X_FORWARDED_FOR, false);
        for (String one : named.reversed()) {
            InetAddress address;
            try {
                address = InetAddress.ofLiteral(one.strip());
            } catch (IllegalArgumentException e) {
                break; // nobody's address: what stands before it is not to be believed either
            }
            if (!connections.isTrusted(address)) {
                return ClientNetwork.of(address);
            }
        }
        return endPoint.network();
    }
}

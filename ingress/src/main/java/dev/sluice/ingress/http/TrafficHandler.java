package dev.sluice.ingress.http;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.traffic.RealTraffic;
import dev.sluice.ingress.traffic.Traffic;
import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Measures the requests that are real traffic, around all other handlers: what is proxied never
 * comes to the routes.
 */
final class TrafficHandler extends Handler.Wrapper {

    // on a request that the queue path takes: that counts it when it is accepted, and nobody else
    private static final String QUEUED = "dev.sluice.queued";

    private final Traffic traffic;
    private final NanoClock nanos;

    TrafficHandler(Traffic traffic, NanoClock nanos) {
        this.traffic = traffic;
        this.nanos = nanos;
    }

    /** Leaves a request to the queue path. */
    static void queued(HttpServletRequest request) {
        request.setAttribute(QUEUED, true);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = request.getHttpURI().getPath();
        String heartbeat = request.getHeaders().get(RealTraffic.HEARTBEAT_HEADER);
        if (path != null && RealTraffic.is(request.getMethod(), path, heartbeat)) {
            long arrived = nanos.nanoTime();
            Request.addCompletionListener(
                    request,
                    failure -> {
                        if (request.getAttribute(QUEUED) == null) {
                            int status = failure == null ? response.getStatus() : 0;
                            traffic.answered(nanos.nanoTime(), arrived, status);
                        }
                    });
        }
        return super.handle(request, response, callback);
    }
}

package dev.sluice.chassis.http;

import dev.sluice.chassis.metrics.Buckets;
import dev.sluice.chassis.time.NanoClock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Measures every request of a server, around all other handlers, by the route that served it.
 *
 * <p>What a client sends makes no labels: a path that no route serves has the route {@value
 * #NO_ROUTE}, and an unknown method is {@value #OTHER_METHOD}.
 */
public final class HttpMetrics extends Handler.Wrapper {

    /** The request attribute with the pattern of the route that served it. */
    public static final String ROUTE = HttpMetrics.class.getName() + ".route";

    static final String NO_ROUTE = "none";
    static final String OTHER_METHOD = "other";

    // the client was gone before the answer was
    private static final String ABORTED = "aborted";
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private record Key(String method, String route, String status) {}

    private final MeterRegistry registry;
    private final NanoClock nanos;
    private final Map<Key, Timer> timers = new ConcurrentHashMap<>();
    private final AtomicInteger active = new AtomicInteger();

    HttpMetrics(MeterRegistry registry, NanoClock nanos) {
        this.registry = registry;
        this.nanos = nanos;
        Gauge.builder("http.server.active.requests", active, AtomicInteger::get)
                .description("Requests that are being served")
                .register(registry);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        long begun = nanos.nanoTime();
        active.incrementAndGet();
        Request.addCompletionListener(
                request,
                failure -> {
                    active.decrementAndGet();
                    String status = failure == null ? statusClass(response.getStatus()) : ABORTED;
                    timer(new Key(method(request), route(request), status))
                            .record(nanos.nanoTime() - begun, TimeUnit.NANOSECONDS);
                });
        return super.handle(request, response, callback);
    }

    /** The first digit says how it went: {@code 2xx}. */
    public static String statusClass(int status) {
        return status / 100 + "xx";
    }

    private static String method(Request request) {
        return METHODS.contains(request.getMethod()) ? request.getMethod() : OTHER_METHOD;
    }

    private static String route(Request request) {
        return request.getAttribute(ROUTE) instanceof String route ? route : NO_ROUTE;
    }

    private Timer timer(Key key) {
        Timer timer = timers.get(key);
        return timer != null ? timer : timers.computeIfAbsent(key, this::newTimer);
    }

    private Timer newTimer(Key key) {
        return Timer.builder("http.server.requests")
                .description("Time from a request's header fields to the end of its answer")
                .serviceLevelObjectives(Buckets.calls())
                .tag("method", key.method)
                .tag("route", key.route)
                .tag("status", key.status)
                .register(registry);
    }
}

package dev.sluice.chassis.http;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses what pages of foreign origins have a browser do: whatever changes or queues something,
 * and WebSockets. It answers the preflights of CORS itself.
 *
 * <p>What only reads goes through: without CORS's fields a browser keeps the answer from the page.
 */
public final class OriginGuard extends Handler.Wrapper {

    /** The request attribute of what changes or queues something whatever its method is. */
    public static final String CHANGES = OriginGuard.class.getName() + ".changes";

    private static final Set<String> READING = Set.of("GET", "HEAD");
    private static final String MAX_AGE_SECONDS = "600";
    private static final String EXPOSED =
            "Location, Retry-After, Preference-Applied, Sluice-Request-Id, Sluice-Attempts,"
                    + " Sluice-Node, x-request-id";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

    private final AllowedOrigins allowed;

    OriginGuard(AllowedOrigins allowed) {
        this.allowed = allowed;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        HttpFields asked = request.getHeaders();
        List<String> origins = asked.getValuesList(HttpHeader.ORIGIN);
        Optional<String> told = allowed.allowing(origins);
        boolean foreign =
                Origin.isForeign(
                        asked.getValuesList("Sec-Fetch-Site"),
                        origins,
                        asked.getValuesList(HttpHeader.HOST));
        HttpFields.Mutable answer = response.getHeaders();
        if (allowed.vary()) {
            answer.add(HttpHeader.VARY, HttpHeader.ORIGIN.asString());
        }
        if (foreign && !origins.isEmpty()) {
            told.ifPresent(
                    origin -> {
                        answer.put("Access-Control-Allow-Origin", origin);
                        answer.put("Access-Control-Expose-Headers", EXPOSED);
                    });
        }
        boolean preflight = preflightOf(request).isPresent();
        if (foreign && told.isEmpty() && (preflight || changes(request))) {
            CoreProblems.write(response, callback, problem());
            return true;
        }
        if (preflight) {
            allow(asked, answer);
            response.setStatus(HttpStatus.NO_CONTENT_204);
            callback.succeeded();
            return true;
        }
        return super.handle(request, response, callback);
    }

    /**
     * The method that a browser asks about before it sends the request itself (Fetch, 3.2.2);
     * empty: any other OPTIONS is a call.
     */
    public static Optional<String> preflightOf(Request request) {
        HttpFields fields = request.getHeaders();
        return request.getMethod().equals("OPTIONS") && fields.contains(HttpHeader.ORIGIN)
                ? Optional.ofNullable(fields.get("Access-Control-Request-Method"))
                : Optional.empty();
    }

    private static boolean changes(Request request) {
        return !READING.contains(request.getMethod())
                || request.getAttribute(CHANGES) != null
                || request.getHeaders().contains(HttpHeader.UPGRADE);
    }

    private static void allow(HttpFields asked, HttpFields.Mutable answer) {
        answer.put("Access-Control-Allow-Methods", METHODS);
        List<String> fields = asked.getCSV("Access-Control-Request-Headers", false);
        if (!fields.isEmpty()) {
            answer.put(new HttpField("Access-Control-Allow-Headers", String.join(", ", fields)));
        }
        answer.put("Access-Control-Max-Age", MAX_AGE_SECONDS);
    }

    private static Problem problem() {
        return new Problem(
                403,
                "cross_origin",
                "Cross-origin request",
                "A page of another origin may not do this. Those that may are listed in"
                        + " lb.cors-origins, which is for the ingress. Nothing was done.");
    }
}

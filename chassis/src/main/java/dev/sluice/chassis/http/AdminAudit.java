package dev.sluice.chassis.http;

import io.javalin.http.Context;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines of the log that say who changed what over HTTP, under the logger {@value #LOGGER}: one
 * for each call with the admin token that may change something, when it has ended.
 */
public final class AdminAudit {

    static final String LOGGER = "dev.sluice.audit";

    private static final Logger log = LoggerFactory.getLogger(LOGGER);
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final String CHANGE = AdminAudit.class.getName() + ".change";
    // what a client sends or names may be long, and a line is read by people
    private static final int SHOWN_CHARS = 500;

    private AdminAudit() {}

    /** Says what a call changes; without it stands there what the client sent. */
    public static void change(Context ctx, String before, String after) {
        ctx.req().setAttribute(CHANGE, "before: " + before + "; after: " + after);
    }

    static void atTheEndOf(Context ctx, String address) {
        if (READING.contains(ctx.method().name())) {
            return;
        }
        String call = ctx.method() + " " + ctx.path();
        String sent = ctx.body();
        var request = ServletContextRequest.getServletContextRequest(ctx.req());
        Request.addCompletionListener(
                request,
                failure -> {
                    Object change = request.getAttribute(CHANGE);
                    log.info(
                            "{} from {}: {}; {}",
                            shown(call),
                            address,
                            failure == null
                                    ? request.getServletContextResponse().getStatus()
                                    : "no answer",
                            shown(change == null ? "sent: " + sent : change.toString()));
                });
    }

    /** On one line, and not longer than a line should be. */
    static String shown(String text) {
        String line = text.replaceAll("\\s+", " ").replaceAll("\\p{Cntrl}", "?");
        return line.length() <= SHOWN_CHARS ? line : line.substring(0, SHOWN_CHARS) + "…";
    }
}

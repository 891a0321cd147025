package dev.sluice.chassis.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Writes problems where there is no Javalin: on Jetty's own requests and responses. */
public final class CoreProblems {

    private CoreProblems() {}

    /** Answers with a problem; nothing of the response may have been sent. */
    public static void write(Response response, Callback callback, Problem problem) {
        response.setStatus(problem.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        if (problem.status() == 400) { // what follows on this connection is not to be trusted
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        if (problem.status() == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        response.write(true, ByteBuffer.wrap(problem.json()), callback);
    }
}

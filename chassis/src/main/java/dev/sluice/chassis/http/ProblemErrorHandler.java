package dev.sluice.chassis.http;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Writes what the server itself refuses, before any handler of ours sees it, as a problem. */
final class ProblemErrorHandler extends ErrorHandler {

    private static final HttpField CONTENT_TYPE =
            new HttpField(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);

    /** Of every method: whoever gets a status gets its reason. */
    @Override
    public boolean errorPageForMethod(String method) {
        return true;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int code,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback) {
        response.getHeaders().put(CONTENT_TYPE);
        response.write(
                true,
                ByteBuffer.wrap(
                        problem(
                                code,
                                cause == null || cause instanceof HttpException ? message : null)),
                callback);
    }

    private static byte[] problem(int status, @Nullable String reason) {
        String title = HttpStatus.getMessage(status);
        // of a failure of ours the reason would be a class name and what it holds
        String detail = reason == null || reason.isBlank() || status >= 500 ? title : reason;
        return new Problem(
                        status,
                        title.toLowerCase(Locale.ROOT).replace(' ', '_'),
                        title,
                        detail.endsWith(".") ? detail : detail + ".")
                .json();
    }
}

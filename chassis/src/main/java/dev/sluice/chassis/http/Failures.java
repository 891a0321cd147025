package dev.sluice.chassis.http;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The rule whose doing an exception is that leaves a handler: a client's, which sent something else
 * than it announced, or left; or ours.
 */
final class Failures {

    private static final int DEPTH_MAX = 20;

    private Failures() {}

    /** What a client is told of its own doing; empty: it is a bug. */
    static Optional<Problem> ofClient(Throwable failure) {
        boolean connection = false;
        boolean slow = false;
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEPTH_MAX; depth++) {
            if (cause instanceof HttpException bad && isRefusal(bad.getCode())) {
                return Optional.of(bad.getCode() == 400 ? broken() : refused(bad.getCode()));
            }
            slow |= cause instanceof TimeoutException;
            // handlers read from and write to their client, and nowhere else
            connection |= cause instanceof IOException;
            cause = cause.getCause();
        }
        if (!connection) {
            return Optional.empty();
        }
        return Optional.of(slow ? refused(HttpStatus.REQUEST_TIMEOUT_408) : broken());
    }

    private static boolean isRefusal(int status) {
        return status >= 400 && status < 500;
    }

    private static Problem broken() {
        return new Problem(
                400,
                "bad_request",
                "Bad Request",
                "The request is not as HTTP wants it, or broke off. Nothing was done.");
    }

    private static Problem refused(int status) {
        String title = HttpStatus.getMessage(status);
        return new Problem(
                status,
                title.toLowerCase(java.util.Locale.ROOT).replace(' ', '_'),
                title,
                title + ".");
    }
}

package dev.sluice.ingress.http.upstream;

import java.util.concurrent.TimeoutException;

/** A request waited for a connection to its upstream as long as it may. */
final class NoConnectionException extends TimeoutException {

    NoConnectionException() {
        super("no connection in time");
    }
}

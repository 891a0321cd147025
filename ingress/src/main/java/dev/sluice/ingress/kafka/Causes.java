package dev.sluice.ingress.kafka;

import java.util.concurrent.ExecutionException;

/** The sentence that says why something failed. */
final class Causes {

    private Causes() {}

    static String of(Throwable failure) {
        Throwable cause = failure.getCause();
        Throwable said = failure instanceof ExecutionException && cause != null ? cause : failure;
        String message = said.getMessage();
        return message == null ? said.getClass().getSimpleName() : message;
    }
}

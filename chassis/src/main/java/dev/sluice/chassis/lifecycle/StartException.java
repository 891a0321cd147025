package dev.sluice.chassis.lifecycle;

/** Why a service cannot start, in a sentence that says what to do. */
public final class StartException extends Exception {

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.sluice.chassis.kafka;

/** Why the log cannot be read, in a sentence that says what to do. */
public class LogReadException extends Exception {

    public LogReadException(String message) {
        super(message);
    }

    public LogReadException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.sluice.protocol;

/** A record that is not what its topic is for, or of a version that this code cannot read. */
public final class UnreadableRecordException extends Exception {

    public UnreadableRecordException(String message) {
        super(message);
    }

    public UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}

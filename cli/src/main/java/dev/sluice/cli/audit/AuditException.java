package dev.sluice.cli.audit;

/** Why the log cannot be audited, in a sentence that says what to do. */
public final class AuditException extends Exception {

    public AuditException(String message) {
        super(message);
    }

    public AuditException(String message, Throwable cause) {
        super(message, cause);
    }
}

package dev.sluice.worker.http;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of a connection that failed: one short sentence of ours. What a library says is
 * for the log: it names addresses, classes and buffers, and clients read what is recorded.
 */
final class FailureWords {

    // a cause may be its own cause, by way of others
    private static final int MAX_CAUSES = 16;

    private FailureWords() {}

    /**
     * The sentence.
     *
     * @param connect how long a connection may take, and its handshake once more
     */
    static String of(Throwable failure, Duration connect) {
        String tls = tls(failure);
        if (tls != null) {
            return "TLS failed: " + tls;
        }
        return switch (failure) {
            case SocketTimeoutException e ->
                    "no connection within %d ms".formatted(connect.toMillis());
            case UnknownHostException e -> "the node's host is not known";
            case UnresolvedAddressException e -> "the node's host is not known";
            case NoRouteToHostException e -> "no way to the node's host";
            case ConnectException e -> "connection refused";
            case EOFException e -> "connection closed";
            default -> "connection lost";
        };
    }

    private static @Nullable String tls(Throwable failure) {
        String found = null;
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
            found =
                    switch (cause) {
                        case Handshake.TooLate late -> late.getMessage();
                        case CertificateExpiredException e -> "the certificate has expired";
                        case CertificateNotYetValidException e ->
                                "the certificate is not valid yet";
                        case CertPathBuilderException e -> "nobody trusted signed the certificate";
                        case CertPathValidatorException e ->
                                "nobody trusted signed the certificate";
                        case CertificateException e -> certificate(e, found);
                        case SSLException e -> found == null ? "no handshake" : found;
                        default -> found;
                    };
        }
        return found;
    }

    /** The JDK has no type of its own for a certificate of another host. */
    private static String certificate(CertificateException failure, @Nullable String found) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        boolean name = message.contains("subject alternative") || message.startsWith("no name");
        return name
                ? "the certificate is for another host"
                : found == null ? "the certificate is not good" : found;
    }
}

package dev.sluice.ingress.http.upstream;

import java.time.Duration;

/**
 * Bounds of what is sent to the services behind.
 *
 * @param connect a request waits so long for a connection, a new one or one that is let go
 * @param idle an exchange in which no byte moves for so long is given up
 * @param maxConnections to one host and port
 * @param maxWaiting requests that wait for a connection to one host and port
 * @param trustForwarded whether what the client says in Forwarded and X-Forwarded-… goes on
 */
public record UpstreamBounds(
        Duration connect,
        Duration idle,
        int maxConnections,
        int maxWaiting,
        boolean trustForwarded) {}

package dev.sluice.ingress.http;

import java.time.Duration;

/**
 * Bounds of bodies.
 *
 * @param maxBytes the largest body of a request to the queue
 * @param timeout for the whole of it to come
 * @param memoryBytes of all bodies that are on their way in, and of answers on their way out
 * @param memoryBytesPerClient of those of one client address
 */
public record BodyBounds(
        int maxBytes, Duration timeout, long memoryBytes, long memoryBytesPerClient) {}

package dev.sluice.stats.services;

/**
 * A node's gate, as the worker that keeps it says.
 *
 * @param breaker the state of its circuit breaker
 * @param coolingDown whether it is closed because the node asked for that
 */
public record Gate(int inFlight, String breaker, boolean coolingDown) {}

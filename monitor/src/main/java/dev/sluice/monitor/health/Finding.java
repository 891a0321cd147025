package dev.sluice.monitor.health;

/**
 * What one check found.
 *
 * @param reason the status of the answer, or why there is none
 */
public record Finding(boolean good, long latencyMs, String reason) {}

package dev.sluice.monitor.health;

/**
 * How often nodes are checked, and how many results in a row change a node's state.
 *
 * @param intervalMs between the starts of two checks of a node
 * @param healthyAfter good results in a row that make an unhealthy node healthy
 * @param unhealthyAfter bad results in a row that make a healthy node unhealthy
 */
public record CheckRules(long intervalMs, int healthyAfter, int unhealthyAfter) {

    public CheckRules {
        if (intervalMs < 1 || healthyAfter < 1 || unhealthyAfter < 1) {
            throw new IllegalArgumentException("rules below 1");
        }
    }
}

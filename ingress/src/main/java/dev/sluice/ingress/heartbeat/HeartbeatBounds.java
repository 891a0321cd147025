package dev.sluice.ingress.heartbeat;

import java.time.Duration;

/**
 * Bounds of the heartbeat's WebSocket.
 *
 * @param maxConnections open at one time; further ones are refused
 * @param idle a connection on which nothing comes for so long, no ping either, is closed
 * @param maxMessageBytes a larger message closes its connection (1009)
 */
public record HeartbeatBounds(int maxConnections, Duration idle, int maxMessageBytes) {}

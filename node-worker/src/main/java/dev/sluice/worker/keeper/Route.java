package dev.sluice.worker.keeper;

/**
 * The way to a pool's keeper as a worker knows it.
 *
 * @param desk where to ask
 * @param epoch in which it keeps the pool
 */
public record Route(Desk desk, long epoch) {}

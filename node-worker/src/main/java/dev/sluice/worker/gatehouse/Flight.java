package dev.sluice.worker.gatehouse;

/**
 * A grant that a worker has in flight, as it tells the pool's keeper.
 *
 * @param grant its id at the gatehouse that made it
 * @param node where it went
 */
public record Flight(long grant, String node) {}

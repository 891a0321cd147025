package dev.sluice.system.hostile;

/**
 * What an attack may leave behind, at one moment.
 *
 * @param sockets descriptors of the process that are sockets, but for those between it and its
 *     broker
 * @param descriptors all of them
 * @param slots taken at the nodes, of all pools
 * @param waiters clients that wait for a result
 * @param bodyBytes of bodies on their way to the log
 * @param accepted requests that the ingress has put into the queue
 * @param logLines that the process has printed
 */
record Figures(
        int sockets,
        int descriptors,
        int slots,
        int waiters,
        long bodyBytes,
        long accepted,
        int logLines) {}

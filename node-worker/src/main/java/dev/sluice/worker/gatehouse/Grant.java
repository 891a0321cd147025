package dev.sluice.worker.gatehouse;

import dev.sluice.protocol.NodeSpec;

/**
 * Leave to send one request to one node, once.
 *
 * @param id of the grant, unique at its gatehouse
 */
public record Grant(long id, TicketId ticket, NodeSpec node) {}

package dev.sluice.worker.gatehouse;

/** The name of a ticket: the worker that handed it in, and its number there. */
public record TicketId(String worker, long number) {}

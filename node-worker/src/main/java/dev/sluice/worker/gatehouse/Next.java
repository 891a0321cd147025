package dev.sluice.worker.gatehouse;

/** What a gatehouse has to say at a moment. */
public sealed interface Next {

    /** This request may go. */
    record Granted(Grant grant) implements Next {}

    /** No node of the pool will ever take a body of this size; the ticket is gone. */
    record Refused(TicketId ticket) implements Next {}

    /** Nothing before this moment of the monotonic clock. */
    record WaitUntil(long nanos) implements Next {}

    /** Nothing until a ticket, an answer, or news of a node comes in. */
    record WaitForChange() implements Next {}
}

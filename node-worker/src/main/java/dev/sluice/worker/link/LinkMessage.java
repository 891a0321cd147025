package dev.sluice.worker.link;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gatehouse.Flight;
import dev.sluice.worker.gatehouse.PoolHistory;
import dev.sluice.worker.gatehouse.Ticket;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One message of a link between a worker and a keeper.
 *
 * <p>Times are moments of the writer's monotonic clock. The epoch says for which keeping of the
 * pool a message is meant; those of another are left alone.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LinkMessage.Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = LinkMessage.HandIn.class, name = "hand_in"),
    @JsonSubTypes.Type(value = LinkMessage.Withdraw.class, name = "withdraw"),
    @JsonSubTypes.Type(value = LinkMessage.Written.class, name = "written"),
    @JsonSubTypes.Type(value = LinkMessage.Ended.class, name = "ended"),
    @JsonSubTypes.Type(value = LinkMessage.CloseFor.class, name = "close_for"),
    @JsonSubTypes.Type(value = LinkMessage.Granted.class, name = "granted"),
    @JsonSubTypes.Type(value = LinkMessage.Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = LinkMessage.Told.class, name = "told"),
    @JsonSubTypes.Type(value = LinkMessage.TurnedAway.class, name = "turned_away")
})
public sealed interface LinkMessage {

    PoolName pool();

    /** What a worker says. */
    sealed interface ToKeeper extends LinkMessage {}

    /** What a keeper says. */
    sealed interface ToWorker extends LinkMessage {}

    /**
     * A worker begins, or begins again.
     *
     * @param tickets all that wait
     * @param flights all that are in flight
     * @param history what an earlier keeper told, if any did
     * @param historyEpoch when that one kept the pool
     * @param closedForNanos nodes that asked to be left alone, and for how long still
     */
    record Hello(
            PoolName pool,
            long epoch,
            List<Ticket> tickets,
            List<Flight> flights,
            Optional<PoolHistory> history,
            long historyEpoch,
            Map<String, Long> closedForNanos)
            implements ToKeeper {}

    record HandIn(PoolName pool, long epoch, Ticket ticket) implements ToKeeper {}

    record Withdraw(PoolName pool, long epoch, long ticket) implements ToKeeper {}

    record Written(PoolName pool, long grant, long atNanos) implements ToKeeper {}

    record Ended(PoolName pool, long grant, Gate.Ending ending) implements ToKeeper {}

    record CloseFor(PoolName pool, String node, long nanos) implements ToKeeper {}

    /** A grant; it was made at that moment. */
    record Granted(PoolName pool, long epoch, long grant, long ticket, NodeSpec node, long atNanos)
            implements ToWorker {}

    /** No node of the pool will ever take the body of this ticket. */
    record Refused(PoolName pool, long epoch, long ticket) implements ToWorker {}

    record Told(PoolName pool, long epoch, PoolHistory history) implements ToWorker {}

    /** The pool is not kept here, or in another epoch. */
    record TurnedAway(PoolName pool, long epoch) implements ToWorker {}
}

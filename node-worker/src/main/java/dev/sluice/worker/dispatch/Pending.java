package dev.sluice.worker.dispatch;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request that this worker has read and that has no result yet, and where it stands. */
public final class Pending {

    /** Where it stands; each names what it may become. */
    enum State {
        /** Waits to hear who is the first with its key: then READY, HELD, or GONE. */
        CLAIMING,
        /** In flight at the shard's former owner: then READY. */
        HELD,
        /** In its lane: then TICKETED, or HELD when its former owner says so late. */
        READY,
        /** Its ticket is at the gatehouse: then IN_FLIGHT, or HELD as above. */
        TICKETED,
        /** Granted and on its way: then PARKED, READY, or GONE. */
        IN_FLIGHT,
        /** Waits to be tried again: then READY. */
        PARKED,
        /** Its result is recorded, or its shard is another's. */
        GONE
    }

    static final Comparator<Pending> OLDEST_FIRST =
            Comparator.comparingLong(Pending::appendedAtMs)
                    .thenComparingInt(pending -> pending.position().shard())
                    .thenComparingLong(pending -> pending.position().offset());

    static final Comparator<Pending> TIMER_FIRST =
            // by difference: the monotonic clock may wrap around
            ((Comparator<Pending>) (a, b) -> Long.signum(a.timerNanos - b.timerNanos))
                    .thenComparingLong(Pending::number);

    private final long number;
    private final Position position;
    private final RequestEvent event;
    private final long appendedAtMs;
    private final List<Attempt> attempts = new ArrayList<>();
    private int made;
    private int counted;
    private Optional<String> avoid = Optional.empty();
    private State state = State.READY;
    private long timerNanos;

    Pending(long number, Position position, RequestEvent event, long appendedAtMs) {
        this.number = number;
        this.position = position;
        this.event = event;
        this.appendedAtMs = appendedAtMs;
    }

    /** The number of its tickets at this worker. */
    public long number() {
        return number;
    }

    public Position position() {
        return position;
    }

    public RequestEvent event() {
        return event;
    }

    public RequestId id() {
        return new RequestId(position, event.nonce());
    }

    /** The broker's append time. */
    public long appendedAtMs() {
        return appendedAtMs;
    }

    /** Since when it waits: since the append, or since its last attempt. */
    public Instant waitingSince() {
        return attempts.isEmpty()
                ? Instant.ofEpochMilli(appendedAtMs)
                : attempts.getLast().finishedAt();
    }

    /** From then on it is not started any more, if it has a deadline. */
    public Optional<Instant> deadline() {
        return event.deadline().map(Instant.ofEpochMilli(appendedAtMs)::plus);
    }

    /** The number of the attempt that is being made, from 1. */
    public int attempt() {
        return made + 1;
    }

    State state() {
        return state;
    }

    void become(State next) {
        boolean legal =
                switch (next) {
                    case CLAIMING -> state == State.READY;
                    case HELD ->
                            state == State.READY
                                    || state == State.TICKETED
                                    || state == State.CLAIMING;
                    case READY ->
                            state == State.HELD
                                    || state == State.CLAIMING
                                    || state == State.PARKED
                                    || state == State.IN_FLIGHT;
                    case TICKETED -> state == State.READY;
                    case IN_FLIGHT -> state == State.TICKETED;
                    case PARKED -> state == State.IN_FLIGHT;
                    case GONE -> state != State.GONE;
                };
        if (!legal) {
            throw new IllegalStateException(position + " from " + state + " to " + next);
        }
        state = next;
    }

    /** When its timer is due, if it has one. */
    long timerNanos() {
        return timerNanos;
    }

    /** To be changed only while it is not among the timers. */
    void timerNanos(long atNanos) {
        timerNanos = atNanos;
    }

    Set<String> avoid() {
        return avoid.map(Set::of).orElse(Set.of());
    }

    void avoid(String node) {
        avoid = Optional.of(node);
    }

    int made() {
        return made;
    }

    int counted() {
        return counted;
    }

    List<Attempt> attempts() {
        return attempts;
    }

    void attempted(Attempt attempt, boolean counts) {
        made++;
        if (counts) {
            counted++;
        }
        if (attempts.size() == Attempt.MAX_KEPT) {
            attempts.remove(1); // the first and the latest are kept
        }
        attempts.add(attempt);
    }
}

package dev.sluice.worker.dispatch;

import dev.sluice.protocol.ResultEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** How requests wait: in their lane, for a former owner, for their next attempt; and expire. */
final class Waiting {

    // A timer further away is looked at again when it is due: no overflow, whatever was asked.
    private static final Duration FAR = Duration.ofDays(1);

    private final Requests requests;
    private final Lanes lanes;
    private final Endings endings;
    private final Actions actions;

    Waiting(Requests requests, Lanes lanes, Endings endings, Actions actions) {
        this.requests = requests;
        this.lanes = lanes;
        this.endings = endings;
        this.actions = actions;
    }

    /** It takes its place, unless a former owner of the shard has it in flight. */
    void begin(ShardState shard, Pending request, long nowNanos, long nowMs) {
        Long heldUntil = shard.heldUntil(request.id());
        if (heldUntil != null && heldUntil - nowNanos > 0) {
            hold(request, heldUntil);
        } else {
            ready(request, nowNanos, nowMs);
        }
    }

    /** It takes its place, unless its deadline has passed. */
    void ready(Pending request, long nowNanos, long nowMs) {
        if (request.state() != Pending.State.READY) {
            request.become(Pending.State.READY);
        }
        lanes.add(request);
        if (!expireIfPassed(request, nowNanos, nowMs)) {
            lanes.fill(request.position().topic());
        }
    }

    /** It is in flight at a former owner until then, as far as that one said. */
    void hold(Pending request, long untilNanos) {
        lanes.leave(request, false);
        request.become(Pending.State.HELD);
        requests.timer(request, untilNanos);
        lanes.fill(request.position().topic());
    }

    /** It goes again then. */
    void park(Pending request, long untilNanos) {
        request.become(Pending.State.PARKED);
        requests.timer(request, untilNanos);
    }

    OptionalLong nextTimer() {
        Pending first = requests.firstTimer();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.timerNanos());
    }

    /** Does what is due: parked requests go back to their place, deadlines pass. */
    void tick(long nowNanos, long nowMs) {
        for (Pending request = requests.firstTimer();
                request != null && request.timerNanos() - nowNanos <= 0;
                request = requests.firstTimer()) {
            requests.noTimer(request);
            switch (request.state()) {
                case PARKED -> ready(request, nowNanos, nowMs);
                case HELD -> {
                    requests.shard(request.position().shard()).letGo(request.id());
                    ready(request, nowNanos, nowMs);
                }
                case READY, TICKETED -> expireIfPassed(request, nowNanos, nowMs);
                case CLAIMING, IN_FLIGHT, GONE -> {}
            }
        }
    }

    /** Whether its deadline has passed. */
    static boolean isLate(Pending request, long nowMs) {
        return left(request, nowMs).filter(left -> !left.isPositive()).isPresent();
    }

    /** Whether its deadline has passed; if it has one that has not, a timer is set. */
    private boolean expireIfPassed(Pending request, long nowNanos, long nowMs) {
        Optional<Duration> left = left(request, nowMs);
        if (left.isEmpty()) {
            return false;
        }
        if (left.get().isPositive()) {
            requests.timer(request, nowNanos + nanos(left.get()));
            return false;
        }
        ResultEvent result = endings.expired(request, nowMs);
        requests.forget(request);
        actions.append(request, result);
        return true;
    }

    /** The time to its deadline, if it has one. */
    private static Optional<Duration> left(Pending request, long nowMs) {
        return request.deadline()
                .map(deadline -> Duration.between(Instant.ofEpochMilli(nowMs), deadline));
    }

    /** From nothing to {@link #FAR}. */
    static long nanos(Duration duration) {
        Duration bounded = duration.compareTo(FAR) > 0 ? FAR : duration;
        return bounded.isNegative() ? 0 : bounded.toNanos();
    }
}

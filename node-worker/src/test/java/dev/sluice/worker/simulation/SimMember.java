package dev.sluice.worker.simulation;

import dev.sluice.protocol.WorkerInfo.OwnedShard;
import dev.sluice.worker.keeper.Heartbeats;
import dev.sluice.worker.keeper.Lease;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A worker in its group: what Kafka's consumer and {@code kafka.Membership} and {@code Standing}
 * do.
 *
 * <p>The consumer's own thread sends heartbeats, one at a time, with what it owns where that has
 * changed; an answer counts as one also when it says that the member is fenced. Callbacks run one
 * after another on the member's thread, some time after.
 */
final class SimMember {

    private static final long HEARTBEAT = 500 * Agenda.MS;
    private static final long LOOK = 25 * Agenda.MS;
    private static final long RELEASE_MAX = 8 * Agenda.SECOND;
    private static final long RESIGN = 10 * Agenda.SECOND;

    private final SimWorker worker;
    private final SimProcess process;
    private final Agenda agenda;
    private final Lease lease;
    private final Heartbeats heartbeats;
    private final Map<Integer, OwnedShard> standing = new TreeMap<>();
    private final Queue<Consumer<Runnable>> callbacks = new ArrayDeque<>();
    private boolean calling;
    private Set<Integer> owned = new TreeSet<>();
    private @Nullable Set<Integer> said; // of what is owned, if the group has heard it for sure
    private boolean joined;
    private boolean fenced;
    private boolean away; // has left, or is leaving
    private boolean cutOff;
    private boolean reconciling;
    private long epoch;
    private long sent; // heartbeats, to know late answers
    private double answered;
    private boolean looks;
    private boolean ended;

    SimMember(SimWorker worker, Lease lease) {
        this.worker = worker;
        this.process = worker.process;
        this.agenda = process.agenda;
        this.lease = lease;
        this.heartbeats = new Heartbeats(lease.lengthNanos(), process.nowNanos());
        process.run(agenda.between(0, 50 * Agenda.MS), this::heartbeat);
    }

    List<OwnedShard> owned() {
        return List.copyOf(standing.values());
    }

    // --- heartbeats ------------------------------------------------------------------------------

    private void heartbeat() {
        if (away || fenced || ended) {
            return;
        }
        long number = ++sent;
        Set<Integer> saying = owned.equals(said) ? null : Set.copyOf(owned);
        said = Set.copyOf(owned);
        boolean joining = !joined;
        agenda.after(
                delay(),
                () -> {
                    if (process.reachesBroker()) {
                        Group group = process.run.broker.group;
                        Group.Reply reply =
                                joining
                                        ? group.join(worker.id)
                                        : group.heartbeat(worker.id, saying);
                        process.run(delay(), () -> answer(number, reply));
                    }
                });
        process.run(
                agenda.between(600 * Agenda.MS, 3 * Agenda.SECOND),
                () -> {
                    if (number == sent) { // no answer: the connection is given up
                        said = null;
                        heartbeat();
                    }
                });
    }

    private void heartbeatAfter(long nanos) {
        long number = ++sent;
        process.run(
                nanos,
                () -> {
                    if (number == sent) {
                        heartbeat();
                    }
                });
    }

    private long delay() {
        return agenda.usually(Agenda.MS / 2, 4 * Agenda.MS, 300 * Agenda.MS);
    }

    private void answer(long number, Group.Reply reply) {
        if (number != sent) {
            return;
        }
        answered();
        switch (reply) {
            case Group.Reply.Fenced f -> {
                fenced = true;
                said = null;
                sent++;
                call(this::onLost);
            }
            case Group.Reply.Assignment(long newEpoch, Set<Integer> shards) -> {
                joined = true;
                epoch = newEpoch;
                if (!reconciling && !shards.equals(owned)) {
                    reconciling = true;
                    call(done -> reconcile(shards, done));
                }
                heartbeatAfter(HEARTBEAT);
            }
        }
    }

    /** The lease's thread looks 40 times a second; here, right before an answer and after. */
    private void answered() {
        if (!looks) {
            looks = true;
            heartbeats.answered(answered, process.clockAt(process.ranBefore(LOOK)));
            process.run(LOOK - agenda.now() % LOOK, this::renew);
        }
        answered++;
    }

    private void renew() {
        looks = false;
        if (!ended) {
            heartbeats.answered(answered, process.nowNanos()).ifPresent(lease::renew);
        }
    }

    // --- the member's thread ---------------------------------------------------------------------

    /** It polls, and so does it find the callback. */
    private void call(Consumer<Runnable> callback) {
        callbacks.add(callback);
        process.run(agenda.usually(100_000, 100 * Agenda.MS, 800 * Agenda.MS), this::callNext);
    }

    private void callNext() {
        if (calling || callbacks.isEmpty()) {
            return;
        }
        calling = true;
        callbacks
                .remove()
                .accept(
                        () -> {
                            calling = false;
                            callNext();
                        });
    }

    private void reconcile(Set<Integer> shards, Runnable done) {
        if (away) { // who leaves takes nothing more
            reconciling = false;
            done.run();
            return;
        }
        var gone = new TreeSet<>(owned);
        gone.removeAll(shards);
        var gained = new TreeSet<>(shards);
        gained.removeAll(owned);
        Runnable then =
                () -> {
                    owned.removeAll(gone);
                    if (!fenced && !gained.isEmpty()) {
                        assigned(gained);
                        owned.addAll(gained);
                    }
                    reconciling = false;
                    if (!fenced) {
                        heartbeatAfter(agenda.between(0, Agenda.MS));
                    }
                    done.run();
                };
        if (gone.isEmpty()) {
            then.run();
        } else {
            released(gone, then);
        }
    }

    private void onLost(Runnable done) {
        if (!owned.isEmpty()) {
            lost(List.copyOf(owned));
            owned = new TreeSet<>();
        }
        reconciling = false;
        fenced = false;
        joined = false;
        if (!away) {
            heartbeatAfter(agenda.between(0, Agenda.MS));
        }
        done.run();
    }

    // --- standing --------------------------------------------------------------------------------

    private void assigned(Collection<Integer> shards) {
        List<OwnedShard> gained = shards.stream().map(s -> new OwnedShard(s, epoch)).toList();
        gained.forEach(shard -> standing.put(shard.shard(), shard));
        process.houses.gained(worker.id, gained, lease);
        process.announce();
        worker.loop.assigned(shards);
    }

    /** Lets these go; goes on when the log has all that the next owner must know, or after 8 s. */
    private void released(Collection<Integer> shards, Runnable then) {
        gone(shards);
        boolean[] over = {false};
        Runnable once =
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        then.run();
                    }
                };
        worker.loop.release(shards, () -> process.run(0, once));
        process.run(RELEASE_MAX, once);
    }

    private void lost(Collection<Integer> shards) {
        lease.end();
        gone(shards);
        worker.loop.lost(shards);
    }

    private void gone(Collection<Integer> shards) {
        process.houses.gone(worker.id, shards);
        standing.keySet().removeAll(Set.copyOf(shards));
        process.announce();
    }

    // --- leaving ---------------------------------------------------------------------------------

    /** Whether it is to be without shards; those it has, it gives up for a while. */
    void cutOff(boolean is) {
        cutOff = is;
        if (is && !away) {
            away = true;
            call(done -> leave(done, () -> process.run(RESIGN, this::comeBack)));
        }
    }

    /** Gives all shards up for good. */
    void close(Runnable then) {
        away = true;
        call(done -> leave(done, then));
    }

    private void comeBack() {
        if (!ended && cutOff) {
            process.run(LOOK, this::comeBack);
        } else if (!ended) {
            away = false;
            said = null;
            joined = false;
            fenced = false;
            heartbeatAfter(0);
        }
    }

    private void leave(Runnable done, Runnable then) {
        Set<Integer> all = new HashSet<>(owned);
        Runnable left =
                () -> {
                    owned = new TreeSet<>();
                    sent++;
                    agenda.after(
                            delay(),
                            () -> {
                                if (process.reachesBroker()) {
                                    process.run.broker.group.leave(worker.id);
                                }
                            });
                    done.run();
                    then.run();
                };
        if (fenced) {
            lost(all);
            left.run();
        } else if (all.isEmpty()) {
            left.run();
        } else {
            released(all, left);
        }
    }

    void end() {
        ended = true;
    }
}

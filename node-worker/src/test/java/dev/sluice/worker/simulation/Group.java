package dev.sluice.worker.simulation;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The group of workers as its coordinator knows it (KIP-848): members, epochs, who owns which
 * shard.
 *
 * <p>A shard goes to its next owner only when the last one has said that it let it go, has left, or
 * was silent for longer than the session.
 */
final class Group {

    /** What a heartbeat is answered. */
    sealed interface Reply {
        /** Own these, in this epoch. */
        record Assignment(long epoch, Set<Integer> shards) implements Reply {}

        /** The member is not known, or not any more. */
        record Fenced() implements Reply {}
    }

    private static final class Member {
        long epoch;
        long heardNanos;
        Set<Integer> assigned = new TreeSet<>();
        final Set<Integer> revoking = new HashSet<>();
    }

    private final Agenda agenda;
    private final int shards;
    private final long sessionNanos;
    private final Map<String, Member> members = new TreeMap<>();
    private final Map<Integer, String> target = new TreeMap<>();
    private final Set<String> expired = new HashSet<>();
    private long epoch = 1;
    private boolean away;

    Group(Agenda agenda, int shards, long sessionNanos) {
        this.agenda = agenda;
        this.shards = shards;
        this.sessionNanos = sessionNanos;
    }

    Reply join(String id) {
        expired.remove(id);
        members.put(id, new Member());
        changed();
        return heartbeat(id, Set.of());
    }

    void leave(String id) {
        expired.remove(id);
        if (members.remove(id) != null) {
            changed();
        }
    }

    /**
     * A sign of life.
     *
     * @param says which shards the member owns; null if that is what it said last, or would have
     *     said: then it may own all that it was given
     */
    Reply heartbeat(String id, @Nullable Set<Integer> says) {
        Member member = members.get(id);
        if (member == null) {
            return new Reply.Fenced();
        }
        heard(id, member);
        if (says != null) {
            member.revoking.retainAll(says);
        }
        if (!member.revoking.isEmpty()) {
            return new Reply.Assignment(member.epoch, Set.copyOf(member.assigned));
        }
        Set<Integer> wanted = targetOf(id);
        if (member.epoch < epoch) {
            var surplus = new HashSet<>(member.assigned);
            surplus.removeAll(wanted);
            member.assigned.retainAll(wanted);
            if (says != null) {
                surplus.retainAll(says);
            }
            if (!surplus.isEmpty()) {
                member.revoking.addAll(surplus);
                return new Reply.Assignment(member.epoch, Set.copyOf(member.assigned));
            }
            member.epoch = epoch;
        }
        for (int shard : wanted) {
            String owner = ownerOf(shard);
            if (owner == null) {
                member.assigned.add(shard);
            }
        }
        return new Reply.Assignment(member.epoch, Set.copyOf(member.assigned));
    }

    private void heard(String id, Member member) {
        member.heardNanos = agenda.now();
        agenda.after(sessionNanos, () -> expire(id, member));
    }

    /** Takes a member out that was silent for too long. */
    private void expire(String id, Member member) {
        if (!away
                && members.get(id) == member
                && agenda.now() - member.heardNanos >= sessionNanos) {
            members.remove(id);
            expired.add(id);
            changed();
        }
    }

    void goAway() {
        away = true;
    }

    /** The coordinator is back: everybody's session begins anew. */
    void comeBack() {
        away = false;
        members.forEach(this::heard);
    }

    /** Moves a shard for no reason that anybody could see. */
    void reshuffle() {
        if (!members.isEmpty()) {
            epoch++;
            List<String> ids = List.copyOf(members.keySet());
            target.put(agenda.random.nextInt(shards), ids.get(agenda.random.nextInt(ids.size())));
        }
    }

    /** Who owns this shard, or has not let it go yet. */
    @Nullable String ownerOf(int shard) {
        for (Map.Entry<String, Member> entry : members.entrySet()) {
            Member member = entry.getValue();
            if (member.assigned.contains(shard) || member.revoking.contains(shard)) {
                return entry.getKey();
            }
        }
        return null;
    }

    /** Whether this member was taken out for its silence. */
    boolean isExpired(String id) {
        return expired.contains(id);
    }

    private Set<Integer> targetOf(String id) {
        var wanted = new TreeSet<Integer>();
        target.forEach(
                (shard, owner) -> {
                    if (owner.equals(id)) {
                        wanted.add(shard);
                    }
                });
        return wanted;
    }

    /** A new target: each keeps what it has, as far as that is fair. */
    private void changed() {
        epoch++;
        target.values().removeIf(owner -> !members.containsKey(owner));
        if (members.isEmpty()) {
            return;
        }
        for (int shard = 0; shard < shards; shard++) {
            if (!target.containsKey(shard)) {
                target.put(shard, extreme(false));
            }
        }
        while (targetOf(extreme(true)).size() - targetOf(extreme(false)).size() > 1) {
            target.put(targetOf(extreme(true)).iterator().next(), extreme(false));
        }
    }

    private String extreme(boolean most) {
        String found = "";
        int size = 0;
        for (String id : members.keySet()) {
            int of = targetOf(id).size();
            if (found.isEmpty() || (most ? of > size : of < size)) {
                found = id;
                size = of;
            }
        }
        return found;
    }
}

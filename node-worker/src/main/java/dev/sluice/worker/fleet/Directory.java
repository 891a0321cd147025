package dev.sluice.worker.fleet;

import dev.sluice.protocol.WorkerInfo;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What the workers last announced, and when we heard it. Safe for use by several threads.
 *
 * <p>Whether one is alive is judged by our own clock: it announces itself every 2 s.
 */
public final class Directory {

    /** A worker that was silent for longer is taken for gone. */
    public static final long SILENT_NANOS = 8_000_000_000L;

    /** Who keeps a shard's pools. */
    public record Keeper(String worker, String url, String key, long epoch) {}

    private record Heard(WorkerInfo info, long atNanos) {}

    private final Set<String> here;
    private final Map<String, Heard> workers = new TreeMap<>();

    /**
     * An empty directory.
     *
     * @param here the workers of this process
     */
    public Directory(Set<String> here) {
        this.here = Set.copyOf(here);
    }

    public boolean isHere(String worker) {
        return here.contains(worker);
    }

    /** Takes in what the topic holds now. */
    public synchronized void update(Collection<WorkerInfo> infos, long nowNanos) {
        var next = new HashMap<String, Heard>();
        for (WorkerInfo info : infos) {
            Heard before = workers.get(info.id());
            boolean same = before != null && before.info.equals(info);
            next.put(info.id(), same ? before : new Heard(info, nowNanos));
        }
        workers.clear();
        workers.putAll(next);
    }

    /**
     * Who owns this shard, as far as was announced: of those that are alive the one with the latest
     * epoch, for one that lost it may not know yet.
     */
    public synchronized Optional<Keeper> keeperOf(int shard, long nowNanos) {
        Heard latest = null;
        for (Heard heard : workers.values()) {
            if (heard.info.epochOf(shard).isPresent()
                    && (latest == null || isLater(heard, latest, shard, nowNanos))) {
                latest = heard;
            }
        }
        return Optional.ofNullable(latest)
                .map(
                        heard ->
                                new Keeper(
                                        heard.info.id(),
                                        heard.info.url(),
                                        heard.info.key(),
                                        heard.info.epochOf(shard).orElseThrow()));
    }

    private static boolean isLater(Heard one, Heard other, int shard, long nowNanos) {
        boolean live = isLive(one, nowNanos);
        if (live != isLive(other, nowNanos)) {
            return live;
        }
        return one.info.epochOf(shard).orElseThrow() > other.info.epochOf(shard).orElseThrow();
    }

    private static boolean isLive(Heard heard, long nowNanos) {
        return nowNanos - heard.atNanos <= SILENT_NANOS;
    }

    /** Those that have said nothing for so long. */
    public synchronized List<String> silentFor(long nanos, long nowNanos) {
        return workers.values().stream()
                .filter(heard -> nowNanos - heard.atNanos > nanos)
                .map(heard -> heard.info.id())
                .toList();
    }

    /** Those that were heard a short time ago, without this one. */
    public synchronized List<WorkerInfo> liveOthers(String worker, long nowNanos) {
        return workers.values().stream()
                .filter(heard -> isLive(heard, nowNanos))
                .map(Heard::info)
                .filter(info -> !info.id().equals(worker))
                .toList();
    }
}

package dev.sluice.protocol;

import java.util.Map;
import java.util.TreeMap;

/** What a shard's owner knew to be done when it wrote it: a set for each requests topic. */
public record LedgerSnapshot(int shard, Map<RequestsTopic, DoneSet> done) implements ResultsRecord {

    public LedgerSnapshot {
        var copy = new TreeMap<RequestsTopic, DoneSet>();
        done.forEach((topic, set) -> copy.put(topic, set.copy()));
        done = copy;
    }
}

package dev.sluice.protocol;

/** Where a request stands in the log; what makes it this request and no other. */
public record Position(RequestsTopic topic, int shard, long offset) {

    /** Kafka itself allows more; ids and memory are planned for this many. */
    public static final int MAX_SHARDS = 1024;

    public Position {
        if (shard < 0 || shard >= MAX_SHARDS) {
            throw new IllegalArgumentException("shard out of range: " + shard);
        }
        if (offset < 0) {
            throw new IllegalArgumentException("offset below 0: " + offset);
        }
    }

    @Override
    public String toString() {
        return topic + "/" + shard + "@" + offset;
    }
}

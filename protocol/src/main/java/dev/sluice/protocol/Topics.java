package dev.sluice.protocol;

/** The names of the topics and groups that the services share. */
public final class Topics {

    /** Before the pool's name; see {@link RequestsTopic}. */
    public static final String REQUESTS_PREFIX = "sluice.requests.";

    /** Results, duplicates, snapshots and held records; partition i belongs to shard i. */
    public static final String RESULTS = "sluice.results";

    /** {@link KeyClaim}s, for as long as keys are remembered; partition i belongs to shard i. */
    public static final String IDEMPOTENCY_KEYS = "sluice.idempotency-keys";

    /** No records: its group assignment says which worker owns which shard. */
    public static final String SHARDS = "sluice.shards";

    /** Compacted: node id to {@link RegisteredNode}. */
    public static final String NODES = "sluice.nodes";

    /** Compacted: node id to {@link NodeHealth}. */
    public static final String NODE_HEALTH = "sluice.node-health";

    /** Compacted: worker id to {@link WorkerInfo}. */
    public static final String WORKERS = "sluice.workers";

    /** Compacted: service id to {@link ServiceInfo}. */
    public static final String SERVICES = "sluice.services";

    /** Compacted: name to the progress of that replay; under {@code #name} what is wished of it. */
    public static final String REPLAYS = "sluice.replays";

    /** The group under which the owners of shards commit their checkpoints; it has no members. */
    public static final String CHECKPOINT_GROUP = "sluice.checkpoints";

    /** The group whose members own the shards. */
    public static final String WORKER_GROUP = "sluice.workers";

    /** The group whose members share the health checks. */
    public static final String MONITOR_GROUP = "sluice.monitors";

    private Topics() {}
}

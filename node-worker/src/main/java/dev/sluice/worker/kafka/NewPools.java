package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.Checkpoints;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.worker.keeper.Keeper;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, for a pool that this process has just begun to keep, whether it ever had a request.
 *
 * <p>If its logs were never written to, no earlier keeper can have sent anything, and the keeper
 * need not hold the nodes back for what it does not know. It is asked after the pool was taken
 * over: whoever kept it before grants no more.
 */
public final class NewPools {

    private static final Logger log = LoggerFactory.getLogger(NewPools.class);

    private final Admin admin;
    private final TopicAdmin topics;
    private final int shards;
    private final CompletableFuture<Keeper> keeper = new CompletableFuture<>();

    public NewPools(Admin admin, KafkaSettings kafka) {
        this.admin = admin;
        this.topics = new TopicAdmin(admin, kafka);
        this.shards = kafka.shards();
    }

    /** Who is to hear of new pools. */
    public void tell(Keeper whom) {
        keeper.complete(whom);
    }

    /** Looks at the logs of a pool, beside the caller. */
    public void look(PoolName pool) {
        Thread.startVirtualThread(
                () -> {
                    try {
                        if (neverHadRequests(pool)) {
                            keeper.join().newPool(pool);
                        }
                    } catch (TimeoutException | ExecutionException e) {
                        // not knowing costs the pool's nodes a slow start and nothing else
                        log.debug("whether {} is new is not known: {}", pool, e.toString());
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    private boolean neverHadRequests(PoolName pool)
            throws InterruptedException, ExecutionException, TimeoutException {
        var partitions = new ArrayList<TopicPartition>();
        for (RequestsTopic topic : topics.requestsTopics()) {
            if (topic.pool().equals(pool)) {
                for (int shard = 0; shard < shards; shard++) {
                    partitions.add(new TopicPartition(topic.name(), shard));
                }
            }
        }
        return Checkpoints.offsets(admin, partitions, OffsetSpec.latest()).values().stream()
                .allMatch(end -> end == 0);
    }
}

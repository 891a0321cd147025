package dev.sluice.cli.kafka;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.LogShape;
import dev.sluice.chassis.kafka.PoolDepths;
import dev.sluice.chassis.kafka.QueueDepths;
import dev.sluice.chassis.kafka.ResultsReader;
import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.replay.Selection;
import dev.sluice.replay.kafka.EndedRequests;
import dev.sluice.replay.kafka.Replays;
import dev.sluice.replay.kafka.RequestFinder;
import dev.sluice.replay.kafka.RequestList;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** The log of a broker that runs already, for a command that reads and replays it. */
public final class RunningLog implements AutoCloseable {

    private static final Duration CATCH_UP = Duration.ofMinutes(2);
    // of the group that runs a replay: told to who would run it too
    private static final String OWNER = "the command line, run ";

    private final Lifecycle lifecycle = new Lifecycle("command");
    private final KafkaClients clients;
    private final Admin admin;

    private RunningLog(KafkaClients clients, Admin admin) {
        this.clients = clients;
        this.admin = admin;
    }

    /**
     * Asks the broker how its log is laid out.
     *
     * @throws LogReadException if no broker answers, or there is no log
     */
    public static RunningLog open(KafkaSettings settings)
            throws LogReadException, InterruptedException {
        String broker = String.valueOf(settings.client().get("bootstrap.servers"));
        var admin = new KafkaClients(settings, "command").admin();
        try {
            int shards = LogShape.shards(admin, broker);
            var clients = new KafkaClients(settings.withShards(shards), "command");
            return new RunningLog(clients, admin);
        } catch (TimeoutException | ExecutionException e) {
            admin.close(Duration.ZERO);
            throw LogShape.unreachable(broker, e);
        } catch (LogReadException e) {
            admin.close(Duration.ZERO);
            throw e;
        }
    }

    /** The replays of this log. */
    public Replays replays(NanoClock nanos, InstantSource wall)
            throws StartException, InterruptedException {
        try {
            new TopicAdmin(admin, clients.settings()).ensureReplays();
        } catch (TimeoutException | ExecutionException e) {
            throw new StartException("the broker does not make the topic of the replays", e);
        }
        String owner = OWNER + UUID.randomUUID();
        return lifecycle.add(
                () -> Replays.open(new Replays.Parts(clients, admin, owner, nanos, wall)));
    }

    /** Lists of its requests. */
    public RequestList requests() {
        return new RequestList(clients, admin);
    }

    /** Single requests of it. */
    public RequestFinder finder() {
        return new RequestFinder(clients, admin);
    }

    /** The requests of a selection that end from now on. */
    public EndedRequests ended(Selection selection) throws LogReadException, InterruptedException {
        return new EndedRequests(clients, admin, selection);
    }

    /** How much is queued; reads the latest results for that. */
    public PoolDepths depths() throws StartException, InterruptedException {
        var results =
                lifecycle.add(
                        () ->
                                ResultsReader.open(
                                        clients,
                                        admin,
                                        0,
                                        (shard, offset, at, before, step) -> {}));
        await(results.caughtUp(), "the results of the log were not read in time");
        var depths = lifecycle.add(() -> new QueueDepths(clients, admin, results));
        await(depths.firstLook(), "the broker does not say how much is queued");
        return new PoolDepths(depths);
    }

    private static void await(CompletableFuture<Void> done, String otherwise)
            throws StartException, InterruptedException {
        try {
            done.get(CATCH_UP.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw new StartException(otherwise, e);
        }
    }

    @Override
    public void close() {
        lifecycle.close();
        admin.close(Duration.ZERO);
    }
}

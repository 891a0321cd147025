package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.kafka.ReadProgress;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.cli.kafka.RunningLog;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.replay.Rate;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.Room;
import dev.sluice.replay.Totals;
import dev.sluice.replay.kafka.ReplayRun;
import dev.sluice.replay.kafka.Replays;
import dev.sluice.testkit.SharedBroker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;

/** Replays over the shared broker, as the command line has them. */
final class ReplayLog implements AutoCloseable {

    private static final Room ANY = new Room(Long.MAX_VALUE, Integer.MAX_VALUE);

    private final RunningLog log;
    private final Replays replays;
    private final InstantSource wall;
    private final ReplayRun.Surroundings around;

    private ReplayLog(NanoClock nanos, Duration clockAhead, Room room) throws Exception {
        var kafka =
                KafkaSettings.read(
                        Settings.of(
                                Map.of("KAFKA_BOOTSTRAP_SERVERS", SharedBroker.bootstrapServers()),
                                Map.of()),
                        KafkaClients.knownKeys());
        this.wall = () -> InstantSource.system().instant().plus(clockAhead);
        this.log = RunningLog.open(kafka);
        this.replays = log.replays(nanos, wall);
        this.around = new ReplayRun.Surroundings(log.depths(), pool -> room);
    }

    static ReplayLog open() throws Exception {
        return new ReplayLog(NanoClock.SYSTEM, Duration.ZERO, ANY);
    }

    static ReplayLog openWithRoom(Room room) throws Exception {
        return new ReplayLog(NanoClock.SYSTEM, Duration.ZERO, room);
    }

    /** To whom a runner seems gone that gave no sign of life for so much less. */
    static ReplayLog openLater(Duration by) throws Exception {
        return new ReplayLog(NanoClock.SYSTEM, by, ANY);
    }

    /** A draft in its JSON. */
    static ReplayDraft draft(String json) {
        return ProtocolJson.mapper()
                .readerFor(ReplayDraft.class)
                .with(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
                .without(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .readValue(json.replace('\'', '"'));
    }

    Totals dryRun(ReplayDraft draft) throws LogReadException, InterruptedException {
        return replays.dryRun(draft.order(wall.instant()), ReadProgress.NONE);
    }

    Replays.Started start(String name, ReplayDraft draft, String rate) throws Exception {
        return replays.start(name, Optional.of(draft), Rate.parse(rate), false, around);
    }

    ReplayRun ready(String name, ReplayDraft draft, String rate) throws Exception {
        Replays.Started started = start(name, draft, rate);
        assertThat(started).isInstanceOf(Replays.Started.Ready.class);
        return ((Replays.Started.Ready) started).run();
    }

    /** Runs to its end. */
    ReplayProgress run(String name, ReplayDraft draft) throws Exception {
        try (ReplayRun run = ready(name, draft, "")) {
            return settled(run.run());
        }
    }

    Optional<ReplayProgress> find(String name) throws Exception {
        return replays.find(name);
    }

    static ReplayProgress settled(ReplayRun.Ended ended) {
        assertThat(ended).isInstanceOf(ReplayRun.Ended.Settled.class);
        return ((ReplayRun.Ended.Settled) ended).progress();
    }

    @Override
    public void close() {
        log.close();
    }
}

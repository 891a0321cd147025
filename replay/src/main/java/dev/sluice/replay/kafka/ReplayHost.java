package dev.sluice.replay.kafka;

import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.protocol.ReplayOf;
import dev.sluice.replay.Rate;
import dev.sluice.replay.ReplayDraft;
import dev.sluice.replay.ReplayProgress;
import dev.sluice.replay.ReplayProgress.State;
import dev.sluice.replay.ReplayStart;
import dev.sluice.replay.Wish;
import dev.sluice.replay.kafka.Replays.Started;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replays that a service runs: those that were started here, and those that were started over
 * HTTP and whose runner is gone.
 */
public final class ReplayHost implements AutoCloseable {

    /** Each has up to 32 MiB of appends on their way and some fetches. */
    public static final int RUNS_MAX = 4;

    private static final Logger log = LoggerFactory.getLogger(ReplayHost.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    // of one that was asked to end: a sign of life is due once a second
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(3);
    private static final long LOOK_AGAIN_MS = 100;
    private static final Duration CLOSES_WITHIN = Duration.ofSeconds(15);

    private final Replays replays;
    private final ReplayRun.Surroundings around;
    private final InstantSource wall;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Thread looking;
    private volatile boolean closed;

    private record Running(ReplayRun run, Thread thread) {}

    public ReplayHost(Replays replays, ReplayRun.Surroundings around, InstantSource wall) {
        this.replays = replays;
        this.around = around;
        this.wall = wall;
        this.looking = Fatal.start("replay-host", this::look);
    }

    /** All replays of the log. */
    public Replays replays() {
        return replays;
    }

    /** Whether it runs as many as it may. */
    public boolean isFull() {
        return running.size() >= RUNS_MAX;
    }

    /**
     * Starts a replay, or goes on with it, in the background.
     *
     * @param draft empty: what was started under this name before
     */
    public Started start(String name, Optional<ReplayDraft> draft, Optional<Rate> rate)
            throws LogReadException, InterruptedException {
        if (!ReplayOf.isName(name)) {
            throw new IllegalArgumentException("not a name: " + name);
        }
        Started started = replays.start(name, draft, rate, true, around);
        if (started instanceof Started.Ready(ReplayRun run)) {
            var thread = Thread.ofPlatform().name("replay-" + name).daemon(true);
            Thread body = thread.uncaughtExceptionHandler(Fatal::stop).unstarted(() -> run(run));
            running.put(name, new Running(run, body));
            body.start();
        }
        return started;
    }

    /**
     * Has a replay pause or stop, whoever runs it, and waits a moment for that.
     *
     * @return as it stands; still running where its runner takes longer
     */
    public Optional<ReplayProgress> end(String name, Wish wish)
            throws LogReadException, InterruptedException {
        Optional<ReplayProgress> there = replays.wish(name, wish);
        Running here = running.get(name);
        if (here != null) {
            here.run.end(wish.state()); // it need not wait for its next look at the topic
        }
        long looks = ENDS_WITHIN.toMillis() / LOOK_AGAIN_MS;
        for (int i = 0; i < looks && there.isPresent() && isRunning(there.get()); i++) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MS);
            there = replays.find(name);
        }
        return there;
    }

    private static boolean isRunning(ReplayProgress progress) {
        return progress.state() == State.RUNNING;
    }

    private void run(ReplayRun run) {
        try (run) {
            switch (run.run()) {
                case ReplayRun.Ended.Settled(ReplayProgress progress) ->
                        log.info(
                                "replay {} is {}: {} requests sent {}",
                                run.name(),
                                progress.state().text(),
                                progress.counts().sent(),
                                progress.problem().orElse(""));
                case ReplayRun.Ended.TakenOver t ->
                        log.warn("replay {} was taken over by another one", run.name());
                case ReplayRun.Ended.Broken(String why) ->
                        log.warn(
                                "replay {}: the log does not take its progress: {}",
                                run.name(),
                                why);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever goes on looks what was sent
        } finally {
            // not the one that may have gone on with it since its progress was written
            running.computeIfPresent(run.name(), (name, one) -> one.run.equals(run) ? null : one);
        }
    }

    /** Goes on with what nobody runs any more, one after the other. */
    private void look() {
        try {
            while (!closed) {
                TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
                for (ReplayProgress progress : replays.all().values()) {
                    if (progress.overHttp()
                            && ReplayStart.isAbandoned(progress, wall.instant())
                            && !running.containsKey(progress.name())
                            && !isFull()) {
                        goOn(progress.name());
                    }
                }
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        }
    }

    private void goOn(String name) throws InterruptedException {
        try {
            Optional<Wish> wish = replays.wish(name);
            if (wish.isPresent()) {
                var _ = replays.wish(name, wish.get());
            } else if (start(name, Optional.empty(), Optional.empty()) instanceof Started.Ready) {
                log.info("goes on with replay {}, whose runner is gone", name);
            }
        } catch (LogReadException e) {
            log.warn("replay {} does not go on yet: {}", name, e.getMessage());
        }
    }

    /** Lets its replays go, for another service or the next start to go on with. */
    @Override
    public void close() {
        closed = true;
        looking.interrupt();
        running.values().forEach(one -> one.run.end(State.RUNNING));
        try {
            looking.join(CLOSES_WITHIN);
            for (Running one : running.values()) {
                if (!one.thread.join(CLOSES_WITHIN)) {
                    log.warn("replay {} did not end in time", one.run.name());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.Fingerprint;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.KeyHash;
import dev.sluice.protocol.Lane;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import dev.sluice.worker.gate.Gate;
import dev.sluice.worker.gate.GateSettings;
import dev.sluice.worker.gate.LaneWeights;
import dev.sluice.worker.gatehouse.Gatehouse;
import dev.sluice.worker.gatehouse.Grant;
import dev.sluice.worker.gatehouse.Next;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Several workers, a gatehouse, nodes and the log in virtual time, with all that may happen to
 * them, in an order drawn from one seed.
 */
final class Simulation {

    static final int SHARDS = 3;
    static final int MAX_ATTEMPTS = 3;
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

    private static final int WORKERS = 3;
    private static final Instant WALL = Instant.parse("2030-01-01T00:00:00Z");
    private static final long START = Long.MAX_VALUE - 3_000_000_000L; // soon wraps around
    private static final long FAULTS_UNTIL = START + Duration.ofSeconds(8).toNanos();
    private static final long GIVE_UP = START + Duration.ofMinutes(5).toNanos();
    private static final PoolName POOL = PoolName.DEFAULT;

    /** A record of a requests topic. */
    record Stored(Position position, long appendedAtMs, RequestEvent event) {}

    /** A record of the topic of idempotency keys. */
    record Claimed(KeyClaim claim, long atMs) {}

    /** What a shard's owner committed. */
    record Committed(Map<RequestsTopic, Long> next, int from) {}

    /** A request as the nodes saw it. */
    static final class Seen {
        int underWay;
        int sends;
        int countedSends;
    }

    private record Event(long nanos, long order, Runnable action) {}

    final Random random;
    final Map<RequestsTopic, List<List<Stored>>> requests = new TreeMap<>();
    final List<List<ResultsRecord>> results = new ArrayList<>();
    final List<List<Claimed>> claims = new ArrayList<>();
    final Map<Position, Seen> seen = new HashMap<>();
    final int[] changes = new int[SHARDS];
    final boolean[] killed = new boolean[SHARDS];
    private final Committed[] committed = new Committed[SHARDS];
    private final SimulatedWorker[] owner = new SimulatedWorker[SHARDS];
    private final List<SimulatedWorker> workers = new ArrayList<>();
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(
                    (a, b) ->
                            a.nanos != b.nanos
                                    ? Long.signum(a.nanos - b.nanos)
                                    : Long.compare(a.order, b.order));
    final Gatehouse gatehouse =
            new Gatehouse(
                    new GateSettings(
                            Duration.ofMillis(50),
                            Duration.ofMillis(100),
                            REQUEST_TIMEOUT,
                            1000,
                            Duration.ofMillis(200),
                            LaneWeights.DEFAULT),
                    0,
                    START);
    private long order;
    private long now = START;
    private long asleepUntil = START;
    private int onTheWay; // records that land yet
    private int born;

    Simulation(long seed) {
        random = new Random(seed);
        for (Lane lane : List.of(Lane.HIGH, Lane.NORMAL)) {
            var shards = new ArrayList<List<Stored>>();
            for (int i = 0; i < SHARDS; i++) {
                shards.add(new ArrayList<>());
            }
            requests.put(new RequestsTopic(POOL, lane), shards);
        }
        gatehouse.nodes(List.of(node("a", 2000), node("b", 9000)), now);
        for (int shard = 0; shard < SHARDS; shard++) {
            results.add(new ArrayList<>());
            claims.add(new ArrayList<>());
            committed[shard] = new Committed(Map.of(), 0);
        }
        for (int i = 0; i < WORKERS; i++) {
            workers.add(new SimulatedWorker(this, "w" + born++));
        }
        for (int shard = 0; shard < SHARDS; shard++) {
            give(shard, workers.get(random.nextInt(WORKERS)));
        }
        after(0, this::request);
        after(500, this::fault);
    }

    private static NodeSpec node(String id, int rpm) {
        URI url = URI.create("http://127.0.0.1:1");
        return new NodeSpec(id, POOL, url, rpm, 2_000_000, 6, Optional.empty());
    }

    /** Runs until nothing is left to be done, and checks what must be true of any run. */
    void run() {
        while (!idle()) {
            Event event = events.remove();
            assertThat(event.nanos - GIVE_UP).as("work is left: %s", workers).isNegative();
            now = event.nanos;
            event.action.run();
            serve();
        }
        workers.forEach(w -> assertThat(w.figures()).isEmpty());
        for (Lane lane : Lane.values()) {
            assertThat(gatehouse.waiting(lane)).as("tickets").isZero();
        }
        gatehouse.figures(now).forEach(node -> assertThat(node.inFlight()).isZero());
        checkResults();
    }

    private void checkResults() {
        for (int shard = 0; shard < SHARDS; shard++) {
            var fold = new ShardFold(shard);
            var firsts = new HashMap<Position, Ending>();
            for (ResultsRecord entry : results.get(shard)) {
                if (entry instanceof Ending
                        && fold.apply(entry) instanceof ShardFold.Step.First(Ending first)) {
                    assertThat(firsts.put(first.request().position(), first)).isNull();
                }
            }
            for (List<List<Stored>> topic : requests.values()) {
                for (Stored stored : topic.get(shard)) {
                    assertThat(firsts).as("results").containsKey(stored.position());
                    Seen of = seen(stored.position());
                    assertThat(of.underWay).isZero();
                    assertThat(of.countedSends)
                            .isLessThanOrEqualTo(MAX_ATTEMPTS * (1 + changes[shard]));
                }
            }
            checkKeys(shard, firsts);
        }
    }

    /** Of all requests with one key one is sent, and those that are like it lead to it. */
    private void checkKeys(int shard, Map<Position, Ending> endings) {
        var byKey = new HashMap<String, List<Stored>>();
        for (List<List<Stored>> topic : requests.values()) {
            for (Stored stored : topic.get(shard)) {
                stored.event()
                        .idempotencyKey()
                        .ifPresent(
                                key ->
                                        byKey.computeIfAbsent(key, k -> new ArrayList<>())
                                                .add(stored));
            }
        }
        byKey.forEach(
                (key, same) -> {
                    List<Stored> firsts =
                            same.stream().filter(s -> isOwn(endings.get(s.position()))).toList();
                    assertThat(firsts)
                            .as("requests of %s with a result of their own", key)
                            .hasSize(1);
                    Stored first = firsts.getFirst();
                    for (Stored other : same) {
                        if (other.position().equals(first.position())) {
                            continue;
                        }
                        assertThat(seen(other.position()).sends).as("sends of %s", other).isZero();
                        boolean like =
                                Fingerprint.of(other.event()).equals(Fingerprint.of(first.event()));
                        if (endings.get(other.position()) instanceof Duplicate duplicate) {
                            assertThat(like).isTrue();
                            assertThat(duplicate.first())
                                    .isEqualTo(
                                            new RequestId(first.position(), first.event().nonce()));
                        } else {
                            assertThat(like).isFalse();
                        }
                    }
                });
    }

    private static boolean isOwn(@Nullable Ending ending) {
        return ending instanceof ResultEvent result
                && !result.reason().equals(Optional.of(Reason.IDEMPOTENCY_KEY_REUSED));
    }

    private boolean idle() {
        return now - FAULTS_UNTIL > 0
                && onTheWay == 0
                && Arrays.stream(owner).allMatch(Objects::nonNull)
                && workers.stream().allMatch(SimulatedWorker::idle)
                && seen.values().stream().allMatch(of -> of.underWay == 0);
    }

    // --- what happens --------------------------------------------------------------------------

    private void request() {
        if (now - FAULTS_UNTIL > 0) {
            return;
        }
        Lane lane = random.nextInt(5) == 0 ? Lane.HIGH : Lane.NORMAL;
        var topic = new RequestsTopic(POOL, lane);
        Optional<String> key =
                random.nextInt(3) == 0
                        ? Optional.of("key-" + random.nextInt(20))
                        : Optional.empty();
        int shard =
                key.map(k -> KeyHash.of(POOL, k).shard(SHARDS))
                        .orElseGet(() -> random.nextInt(SHARDS));
        // with a key few are unlike each other
        int bytes = key.isEmpty() ? random.nextInt(1000) : random.nextInt(6) == 0 ? 7 : 8;
        List<Stored> log = at(topic, shard);
        Optional<Duration> deadline =
                switch (random.nextInt(10)) {
                    case 0 -> Optional.of(Duration.ofMillis(1 + random.nextInt(2000)));
                    case 1 -> Optional.of(Duration.ofDays(1_000_000));
                    default -> Optional.empty();
                };
        var event =
                new RequestEvent(
                        new Nonce(random.nextLong()),
                        POOL,
                        wall(),
                        "POST",
                        "/",
                        Optional.empty(),
                        deadline,
                        key,
                        List.of(),
                        Body.of(new byte[bytes]));
        log.add(new Stored(new Position(topic, shard, log.size()), wallMs(), event));
        after(random.nextInt(60), this::request);
    }

    private void fault() {
        if (now - FAULTS_UNTIL > 0) {
            return;
        }
        int shard = random.nextInt(SHARDS);
        SimulatedWorker from = owner[shard];
        if (from != null) {
            switch (random.nextInt(4)) {
                case 0 -> kill(from);
                case 1 -> deafen(from);
                default -> {
                    owner[shard] = null;
                    SimulatedWorker to = workers.get(random.nextInt(workers.size()));
                    from.release(shard, () -> give(shard, to));
                }
            }
        }
        after(100 + random.nextInt(900), this::fault);
    }

    private void kill(SimulatedWorker worker) {
        workers.remove(worker);
        workers.add(new SimulatedWorker(this, "w" + born++));
        worker.kill(random.nextBoolean());
        takeAway(worker);
    }

    /** It loses its shards and learns of it late; until then it reads, claims and records. */
    private void deafen(SimulatedWorker worker) {
        worker.deafen();
        takeAway(worker);
        after(200 + random.nextInt(600), worker::hear);
    }

    private void takeAway(SimulatedWorker worker) {
        gatehouse.gone(worker.name);
        for (int shard = 0; shard < SHARDS; shard++) {
            int lost = shard;
            if (owner[shard] == worker) {
                owner[shard] = null;
                killed[shard] = true;
                after(200, () -> give(lost, aliveAndHearing()));
            }
        }
    }

    private SimulatedWorker aliveAndHearing() {
        var able = workers.stream().filter(w -> !w.isDeaf()).toList();
        if (able.isEmpty()) {
            workers.add(new SimulatedWorker(this, "w" + born++));
            return workers.getLast();
        }
        return able.get(random.nextInt(able.size()));
    }

    private void give(int shard, SimulatedWorker asked) {
        SimulatedWorker to = workers.contains(asked) && !asked.isDeaf() ? asked : aliveAndHearing();
        changes[shard]++;
        owner[shard] = to;
        to.take(shard, committed[shard]);
    }

    /** Appends at that moment, and then goes on; a writer has its records land in order. */
    void append(int shard, ResultsRecord entry, long atNanos, Runnable then) {
        onTheWay++;
        post(
                atNanos,
                () -> {
                    onTheWay--;
                    results.get(shard).add(entry);
                    then.run();
                });
    }

    void claim(int shard, KeyClaim claim, long atNanos) {
        onTheWay++;
        post(
                atNanos,
                () -> {
                    onTheWay--;
                    claims.get(shard).add(new Claimed(claim, wallMs()));
                });
    }

    void commit(int shard, Committed what) {
        committed[shard] = what;
    }

    /** A node answers, or does not. */
    void send(SimulatedWorker worker, Pending request, Grant grant) {
        Seen of = seen(request.position());
        of.sends++;
        if (!killed[request.position().shard()]) {
            assertThat(of.underWay).as("sent twice at a time: %s", request.id()).isZero();
        }
        AttemptOutcome outcome = outcome();
        boolean unsent = outcome instanceof AttemptOutcome.Unreachable u && !u.written();
        if (RetryPolicy.counts(outcome)) {
            of.countedSends++;
        }
        of.underWay++;
        Instant started = wall();
        if (!unsent) {
            gatehouse.written(grant.id(), now);
        }
        long millis =
                outcome instanceof AttemptOutcome.TimedOut
                        ? REQUEST_TIMEOUT.toMillis()
                        : 1 + random.nextInt(random.nextInt(10) == 0 ? 900 : 60);
        after(
                millis,
                () -> {
                    of.underWay--;
                    var attempt = new Attempt(grant.node().id(), started, wall(), "over");
                    worker.ended(request, grant, attempt, outcome);
                });
    }

    private AttemptOutcome outcome() {
        return switch (random.nextInt(20)) {
            case 0 -> new AttemptOutcome.TimedOut();
            case 1 -> new AttemptOutcome.Unreachable("refused", false);
            case 2 -> new AttemptOutcome.Unreachable("reset", true);
            case 3 -> {
                var wait = Duration.ofMillis(random.nextInt(500));
                boolean said = random.nextBoolean();
                yield new AttemptOutcome.Throttled(
                        answer(429), said ? Optional.of(wait) : Optional.empty());
            }
            case 4, 5 -> new AttemptOutcome.Delivered(answer(503));
            case 6 -> new AttemptOutcome.Delivered(answer(404));
            case 7 -> new AttemptOutcome.Garbled("not HTTP");
            case 8 -> new AttemptOutcome.TooLarge("too large");
            default -> new AttemptOutcome.Delivered(answer(200));
        };
    }

    private static Answer answer(int status) {
        return new Answer(status, List.of(), Body.EMPTY);
    }

    private void serve() {
        while (true) {
            switch (gatehouse.next(now)) {
                case Next.Granted(Grant grant) -> after(1, () -> deliver(grant));
                case Next.Refused(var ticket) ->
                        throw new AssertionError("no body is too large: " + ticket);
                case Next.WaitUntil(long at) -> {
                    if (asleepUntil - now <= 0 || at - asleepUntil < 0) {
                        asleepUntil = at;
                        post(at, () -> {});
                    }
                    return;
                }
                case Next.WaitForChange w -> {
                    return;
                }
            }
        }
    }

    private void deliver(Grant grant) {
        workers.stream()
                .filter(w -> w.name.equals(grant.ticket().worker()))
                .findFirst()
                .ifPresentOrElse(
                        w -> w.granted(grant),
                        () -> gatehouse.ended(grant.id(), Gate.Ending.UNSENT, now));
    }

    // --- what workers see ------------------------------------------------------------------------

    Collection<RequestsTopic> topics() {
        return requests.keySet();
    }

    List<Stored> at(RequestsTopic topic, int shard) {
        return Objects.requireNonNull(requests.get(topic)).get(shard);
    }

    Seen seen(Position position) {
        return seen.computeIfAbsent(position, p -> new Seen());
    }

    void after(long millis, Runnable action) {
        post(now + millis * 1_000_000, action);
    }

    private void post(long atNanos, Runnable action) {
        events.add(new Event(atNanos, order++, action));
    }

    long now() {
        return now;
    }

    Instant wall() {
        return WALL.plusNanos(now - START);
    }

    long wallMs() {
        return wall().toEpochMilli();
    }
}

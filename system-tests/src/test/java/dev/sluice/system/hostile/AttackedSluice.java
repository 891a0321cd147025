package dev.sluice.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.system.Client;
import dev.sluice.system.RunningUp;
import dev.sluice.testkit.FakeNode;
import dev.sluice.testkit.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * A running {@code ./sluice up} with small limits, and what attacks are tried with: a polite node
 * (pools {@code polite} and {@code default}), one that takes six requests a minute ({@code shut}),
 * a hostile one (pools {@code hostile} with two slots, {@code slow}, {@code secret}), one that is
 * its own ingress ({@code loop}), and services behind {@code /up}, and behind {@code /bad} a
 * hostile one.
 */
final class AttackedSluice implements AutoCloseable {

    static final String SECRET = "sk-HOSTILE-secret-5f1d9c";
    static final String ADMIN = "the-admins-own-token";
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(4);
    static final int SLOTS = 2;
    // and so many connections to it, which are kept: few, beside those that an attack could leave
    private static final int POLITE_SLOTS = 8;

    private static final Map<String, String> SETTINGS =
            Map.ofEntries(
                    Map.entry("SLUICE_SHARDS", "2"),
                    Map.entry("SLUICE_ADMIN_TOKEN", ADMIN),
                    Map.entry("MONITOR_INTERVAL_MS", "300"),
                    Map.entry("WORKER_REQUEST_TIMEOUT_MS", "" + REQUEST_TIMEOUT.toMillis()),
                    // what breaks off is tried once more, what takes too long is not
                    Map.entry("WORKER_MAX_ATTEMPTS", "2"),
                    Map.entry("WORKER_RETRY_ON", "connection"),
                    Map.entry("WORKER_RETRY_FIRST_MS", "10"),
                    Map.entry("WORKER_RETRY_MAX_MS", "20"),
                    Map.entry("LB_MAX_BODY_BYTES", "1048576"),
                    Map.entry("LB_BODY_MEMORY_BYTES", "8388608"),
                    Map.entry("LB_CACHE_BYTES", "1048576"),
                    Map.entry("LB_HEADER_TIMEOUT_MS", "3000"),
                    Map.entry("LB_DATA_RATE_GRACE_MS", "3000"),
                    Map.entry("LB_PROXY_IDLE_TIMEOUT_MS", "6000"),
                    Map.entry("LB_ROUTES_UP_PREFIX", "/up"),
                    Map.entry("LB_ROUTES_BAD_PREFIX", "/bad"),
                    Map.entry("LB_ROUTES_BAD_PATH", "/"),
                    Map.entry("LB_ROUTES_GAME_PREFIX", "/game"),
                    Map.entry("LB_ROUTES_GAME_POOL", "hostile"),
                    Map.entry("LB_ROUTES_GAME_PATH", "/inner"),
                    Map.entry("LB_ROUTES_ROUND_PREFIX", "/round"),
                    Map.entry("LB_ROUTES_ROUND_POOL", "loop"),
                    Map.entry("LB_ROUTES_ROUND_PATH", "/"),
                    Map.entry("LB_ROUTES_HEALTH_PREFIX", "/round/health"),
                    Map.entry("LB_ROUTES_HEALTH_PATH", "/health"),
                    Map.entry("SLUICE_CREDENTIAL_HOSTILE", SECRET),
                    Map.entry("SLUICE_CREDENTIAL_HOSTILE_HOSTS", "127.0.0.1"));

    static {
        // well below the 30 s of the server: a polite client uses no connection that just ends
        System.setProperty("jdk.httpclient.keepalive.timeout", "10");
    }

    private final FakeNode polite = FakeNode.echo();
    private final FakeNode service = FakeNode.echo();
    private final HostileNode hostile = new HostileNode();
    private final RunningUp up;
    private final TcpProxy self;
    private final Client ingress;
    private final int brokerPort;
    private final Descriptors descriptors;

    /** Starts it in this directory, with these settings besides. */
    AttackedSluice(Path dir, Map<String, String> more) {
        var settings = new HashMap<>(SETTINGS);
        settings.put("LB_ROUTES_UP_URL", service.uri().toString());
        settings.put("LB_ROUTES_HEALTH_URL", service.uri().toString());
        settings.put("LB_ROUTES_BAD_URL", hostile.url());
        settings.putAll(more);
        up = RunningUp.start(dir, settings, "--nodes", nodes(dir).toString());
        ingress = up.client("ingress");
        String printed = "(?s).*\n  Kafka +127.0.0.1:(\\d+).*";
        brokerPort = Integer.parseInt(up.output().replaceFirst(printed, "$1"));
        descriptors = new Descriptors(up.pid());
        // not an own port of Sluice, for the monitor, and yet its own ingress
        self = TcpProxy.to(port("ingress"));
        put("loop", "loop", "http://127.0.0.1:" + self.port() + "/round", 8);
        await().until(() -> Client.json(ingress.get("/lb-stats")).at("/pools/loop").isObject());
        for (String pool : List.of("polite", "hostile", "slow", "secret")) {
            await().until(() -> queued(pool, "/first", "first").status() == 200);
        }
        await().until(() -> proxied("first").status() == 200);
    }

    private Path nodes(Path dir) {
        var text = new StringBuilder("nodes:\n");
        text.append(node("polite", polite.uri(), POLITE_SLOTS))
                .append(node("default", polite.uri(), POLITE_SLOTS));
        text.append(node("shut", polite.uri(), POLITE_SLOTS).replace("rpm: 600000", "rpm: 6"));
        for (String pool : List.of("hostile", "slow", "secret")) {
            int slots = pool.equals("slow") ? 64 : SLOTS;
            text.append(node(pool, URI.create(hostile.url()), slots));
        }
        text.append("    credential: hostile\n");
        try {
            return Files.writeString(dir.resolve("nodes.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String node(String pool, URI url, int slots) {
        return """
                 - id: %s
                   pool: %s
                   url: %s
                   rpm: 600000
                   bpm: 60000000000
                   max_in_flight: %d
               """
                .formatted(pool, pool, url, slots);
    }

    /** Puts a node, as the admin does, and returns the status. */
    int put(String id, String pool, String url, int slots) {
        String body =
                """
                {"pool": "%s", "url": "%s", "rpm": 600000, "bpm": 60000000000, "max_in_flight": %d}
                """
                        .formatted(pool, url, slots);
        return up.client("monitor")
                .send("PUT", "/nodes/" + id, body, "Authorization", "Bearer " + ADMIN)
                .statusCode();
    }

    /** A pool of its own for the hostile node, with all of its slots. */
    String anotherHostilePool(int number) {
        String pool = "hostile-" + number;
        put(pool, pool, hostile.url(), SLOTS);
        await().until(() -> queued(pool, "/first", "first").status() == 200);
        return pool;
    }

    HostileNode hostile() {
        return hostile;
    }

    Client ingress() {
        return ingress;
    }

    /** The port of {@code ingress}, {@code statistics}, {@code workers} or {@code monitor}. */
    int port(String service) {
        return URI.create(up.client(service).url()).getPort();
    }

    int brokerPort() {
        return brokerPort;
    }

    boolean isAlive() {
        return up.isAlive();
    }

    String log() {
        return up.output();
    }

    /** A request through the queue, as a polite client sends it, and its answer. */
    Received queued(String pool, String path, String body) {
        var answer = ingress.send("POST", "/queue/" + pool + path, body, "Prefer", "wait=20");
        return new Received(answer.statusCode(), "", Client.body(answer), true);
    }

    /** A proxied request, as a polite client sends it, and its answer. */
    Received proxied(String body) {
        var answer = ingress.send("POST", "/up/polite", body);
        return new Received(answer.statusCode(), "", Client.body(answer), true);
    }

    /** A polite client is served, through the queue and by proxy. */
    void servesOthers() {
        assertThat(isAlive()).as(this::log).isTrue();
        var queued = queued("polite", "/x", "polite words");
        assertThat(queued.status()).as(queued.toString()).isEqualTo(200);
        assertThat(queued.body()).isEqualTo("polite words");
        var proxied = proxied("polite, too");
        assertThat(proxied.status()).as(proxied.toString()).isEqualTo(200);
        assertThat(proxied.body()).isEqualTo("polite, too");
    }

    /** As it is now. */
    Figures figures() {
        JsonNode own = Client.json(ingress.get("/lb-stats"));
        return new Figures(
                descriptors.socketsBut(brokerPort),
                descriptors.all().size(),
                slots(),
                own.path("waiters").asInt(),
                own.path("body_bytes").asLong(),
                own.path("queue_requests").path("accepted").asLong(),
                (int) log().lines().count());
    }

    private int slots() {
        return pools().stream()
                .flatMap(pool -> StreamSupport.stream(pool.path("nodes").spliterator(), false))
                .mapToInt(node -> node.path("in_flight").asInt())
                .sum();
    }

    private List<JsonNode> pools() {
        return List.copyOf(up.client("workers").stats().path("pools").values());
    }

    /** Bytes of its heap that are used after a full collection. */
    long heapAfterCollection() {
        try {
            String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            new ProcessBuilder(jcmd, "" + up.pid(), "GC.run")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return (long)
                Client.body(ingress.get("/metrics"))
                        .lines()
                        .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                        .mapToDouble(
                                line ->
                                        Double.parseDouble(
                                                line.substring(line.lastIndexOf(' ') + 1)))
                        .sum();
    }

    @Override
    public void close() {
        up.close();
        self.close();
        hostile.close();
        List.of(polite, service).forEach(FakeNode::close);
    }
}

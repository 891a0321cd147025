package dev.sluice.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.BrokerProcess;
import dev.sluice.testkit.FakeNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker killed and started again under load: nobody restarts anything else. */
class BrokerAwaySystemTest {

    private static final int MAX_IN_FLIGHT = 8;
    private static final int CLIENTS = 4;

    private final Queue<String> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<HttpResponse<byte[]>> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger numbers = new AtomicInteger();

    @Test
    void clientsAreToldAndWhatWasAcceptedGetsItsOneResult(@TempDir Path dir) throws Exception {
        try (var broker = BrokerProcess.start(dir.resolve("kafka"));
                var node = FakeNode.slow(Duration.ofMillis(40))) {
            var file =
                    new NodesYaml()
                            .node("a", "default", node, 2_400, 6_000_000_000L, MAX_IN_FLIGHT)
                            .in(dir);
            var environment = Map.of("LB_APPEND_TIMEOUT_MS", "1000", "WORKER_DRAIN_SECONDS", "2");
            try (var fleet = Fleet.start(broker.bootstrapServers(), file, environment)) {
                underLoad(
                        fleet.ingress(),
                        () -> {
                            await().until(() -> node.count() > 30);
                            broker.kill();
                            await().until(() -> refused.size() >= 2 * CLIENTS);
                            broker.start();
                            int before = accepted.size();
                            await().atMost(Duration.ofSeconds(40))
                                    .until(() -> accepted.size() > before + 50);
                        });
                checkRefusals();
                checkResults(fleet.ingress(), node);
            }
        }
    }

    /** Clients put requests into the queue all the time until the script has ended. */
    private void underLoad(Client client, Runnable script) {
        var over = new AtomicBoolean();
        var clients = new ArrayList<Thread>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(
                    Thread.startVirtualThread(
                            () -> {
                                while (!over.get()) {
                                    put(client);
                                }
                            }));
        }
        try {
            script.run();
        } finally {
            over.set(true);
            clients.forEach(BrokerAwaySystemTest::join);
        }
    }

    private void put(Client client) {
        int number = numbers.incrementAndGet();
        var answer = client.send("POST", "/queue/default/" + number, "body " + number);
        if (answer.statusCode() == 202) {
            accepted.add(Client.json(answer).path("id").asString());
        } else {
            refused.add(answer);
        }
    }

    private void checkRefusals() {
        assertThat(refused)
                .allSatisfy(
                        answer -> {
                            assertThat(answer.statusCode()).isEqualTo(503);
                            assertThat(Integer.parseInt(Client.header(answer, "Retry-After")))
                                    .isBetween(1, 60);
                            assertThat(Client.json(answer).path("outcome").asString())
                                    .isIn("unknown", "not_accepted");
                        });
    }

    private void checkResults(Client client, FakeNode node) {
        Parallel.map(
                16,
                List.copyOf(accepted),
                id -> {
                    var answer = client.response(id, 50);
                    assertThat(answer.statusCode())
                            .as(() -> id + " " + Client.text(answer))
                            .isEqualTo(200);
                    return id;
                });
        Map<String, Long> timesSent =
                node.seen().stream()
                        .map(seen -> String.valueOf(seen.header("Sluice-Request-Id")))
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(timesSent.keySet()).containsAll(accepted);
        long repeats = timesSent.values().stream().mapToLong(times -> times - 1).sum();
        assertThat(repeats).isLessThanOrEqualTo(MAX_IN_FLIGHT);
        // what was refused as not accepted was not
        long unknown =
                refused.stream()
                        .filter(a -> Client.json(a).path("outcome").asString().equals("unknown"))
                        .count();
        assertThat((long) timesSent.size())
                .isBetween((long) accepted.size(), accepted.size() + unknown);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

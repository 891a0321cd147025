package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.StoodStill;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {

    @TempDir private Path dir;

    @Test
    void servesRequestsStopsCleanlyAndFindsItsDataAgain() throws Exception {
        String data = dir.resolve("data").toString();
        String id;
        try (var up = UpProcess.begin(dir, Map.of(), "--data", data).awaitReady()) {
            assertThat(up.out()).contains("demo-a", "6000", "demo-c", "(embedded)", data);
            var answer = send(up, "/", "hello");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("hello");
            assertThat(answer.headers().firstValue("Demo-Node")).isPresent();
            id = answer.headers().firstValue("Sluice-Request-Id").orElseThrow();
            assertThat(up.out()).contains(token(data), "kept in " + data);
            nodesAreChangedWithTheKeptToken(up, data);
            theLogIsReadWithTheKeptSecret(up, data);

            try (var second = UpProcess.begin(dir, Map.of(), "--data", data)) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.err()).contains(data, "in use by another 'sluice up'", "--data");
            }
            stopsCleanly(up);
        }
        try (var up =
                UpProcess.begin(dir, Map.of(), "--data", data, "--no-demo-nodes").awaitReady()) {
            assertThat(up.out()).contains("batch-1").doesNotContain("demo-a");
            assertThat(up.out()).contains("in " + data).doesNotContain(token(data));
            nodesAreChangedWithTheKeptToken(up, data);
            var known = get(up.url("ingress") + "/requests/" + id);
            assertThat(known.statusCode()).isEqualTo(200);
            assertThat(known.body()).contains("succeeded");
            stopsCleanly(up);
        }
    }

    /** Without a warning, and with none before but those of a machine that stood still. */
    private static void stopsCleanly(UpProcess up) throws Exception {
        String before = up.err();
        assertThat(before.lines()).allMatch(StoodStill::says);
        assertThat(up.terminate()).isEqualTo(143);
        assertThat(up.out()).contains("Stopping …", "Stopped.");
        assertThat(up.err()).isEqualTo(before);
    }

    private void nodesAreChangedWithTheKeptToken(UpProcess up, String data) throws Exception {
        Path file =
                Files.writeString(
                        dir.resolve("nodes.yaml"),
                        """
                        nodes:
                          - {id: batch-1, url: http://127.0.0.1:1, rpm: 6, bpm: 60, max_in_flight: 1}
                          - {id: batch-2, url: http://127.0.0.1:1, rpm: 6, bpm: 60, max_in_flight: 1}
                        """);
        var monitor = Map.of("MONITOR_URL", up.url("monitor"));
        var put = Sluice.run(monitor, "nodes", "put", file.toString(), "--data", data);
        assertThat(put.err()).isEmpty();
        assertThat(put.exitCode()).isZero();
        var deleted = Sluice.run(monitor, "nodes", "delete", "batch-2", "--data", data);
        assertThat(deleted.out()).isEqualToIgnoringNewLines("batch-2  removed");
        assertThat(Sluice.run(monitor, "nodes").out())
                .contains("batch-1")
                .doesNotContain("batch-2");
    }

    private void theLogIsReadWithTheKeptSecret(UpProcess up, String data) throws Exception {
        var kafka = Pattern.compile("Kafka +(\\S+)").matcher(up.out());
        assertThat(kafka.find()).isTrue();
        String secret = kept(data, "kafka-secret");
        for (String command : List.of("audit", "requests")) {
            var read = Sluice.run(command, "--kafka", kafka.group(1), "--data", data);
            assertThat(read.err()).as(command).isEmpty();
            assertThat(read.exitCode()).as(command).isZero();
            assertThat(read.out()).contains("default").doesNotContain(secret);

            var without = Sluice.run(command, "--kafka", kafka.group(1));
            assertThat(without.exitCode()).as(command).isEqualTo(2);
            assertThat(without.err()).contains("--data");

            var elsewhere = Sluice.run(command, "--kafka", kafka.group(1), "--data", "" + dir);
            assertThat(elsewhere.exitCode()).as(command).isEqualTo(2);
            assertThat(elsewhere.err()).contains("no " + dir.resolve("kafka-secret"), "--data");
        }
        var other = Files.createDirectories(dir.resolve("other"));
        Files.writeString(other.resolve("kafka-secret"), "x".repeat(43));
        var wrong = Sluice.run("audit", "--kafka", kafka.group(1), "--data", other.toString());
        assertThat(wrong.exitCode()).isEqualTo(2);
        assertThat(wrong.err())
                .contains("Authentication failed", "the secret is another one", "--data DIR")
                .doesNotContain("x".repeat(43));
        assertThat(up.out() + up.err()).doesNotContain(secret);
    }

    private static String token(String data) throws Exception {
        return kept(data, "admin-token");
    }

    private static String kept(String data, String name) throws Exception {
        Path file = Path.of(data, name);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        String kept = Files.readString(file).strip();
        assertThat(kept).matches("[A-Za-z0-9_-]{43}");
        return kept;
    }

    @Test
    void namesEveryPortThatIsTakenAndItsVariable() throws Exception {
        try (var one = taken();
                var other = taken()) {
            var environment =
                    Map.of(
                            "LB_PORT", Integer.toString(one.getLocalPort()),
                            "KAFKA_PORT", Integer.toString(other.getLocalPort()));
            try (var up = UpProcess.begin(dir, environment, "--data", dir.toString())) {
                assertThat(up.awaitExit()).isEqualTo(1);
                assertThat(up.err())
                        .contains(one.getLocalPort() + "", "LB_PORT")
                        .contains(other.getLocalPort() + "", "KAFKA_PORT");
            }
        }
    }

    @Test
    void refusesADirectoryThatIsNone() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "");
        try (var up = UpProcess.begin(dir, Map.of(), "--data", file.toString())) {
            assertThat(up.awaitExit()).isEqualTo(1);
            assertThat(up.err()).contains(file.toString(), "is not a directory", "--data");
        }
    }

    @Test
    void saysSoWhenNoBrokerAnswers() throws Exception {
        int port;
        try (var free = taken()) {
            port = free.getLocalPort();
        }
        String broker = "127.0.0.1:" + port;
        try (var up = UpProcess.begin(dir, Map.of(), "--data", dir.toString(), "--kafka", broker)) {
            assertThat(up.awaitExit()).isEqualTo(1);
            assertThat(up.err()).contains("no Kafka broker answers at " + broker);
        }
    }

    private static ServerSocket taken() throws Exception {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static HttpResponse<String> send(UpProcess up, String path, String body)
            throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(up.url("ingress") + path))
                        .header("Prefer", "wait=30")
                        .POST(BodyPublishers.ofString(body));
        return send(request);
    }

    private static HttpResponse<String> get(String url) throws Exception {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }
}

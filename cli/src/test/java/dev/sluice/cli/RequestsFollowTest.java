package dev.sluice.cli;

import static dev.sluice.cli.AuditLog.START;
import static dev.sluice.cli.AuditLog.attempt;
import static dev.sluice.cli.AuditLog.succeeded;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.testkit.TestBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code requests -f}: each request when it ends, until Ctrl-C. */
class RequestsFollowTest {

    private static final RequestsTopic DEFAULT = AuditLog.topic("default");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final StringWriter out = new StringWriter();

    @Test
    void whatEndsFromNowOnIsShownOnceMore(@TempDir Path dir) throws Exception {
        try (var broker = TestBroker.in(dir);
                var log = new AuditLog(broker.bootstrapServers())) {
            log.node("gpu-a", "default", 60, 6_000);
            RequestId ends = log.request(DEFAULT, 0, event(1));
            RequestId waits = log.request(DEFAULT, 1, event(2));
            Thread command = follow(broker.bootstrapServers());
            await().atMost(SOON).until(() -> linesOf(ends) == 1 && linesOf(waits) == 1);

            log.append(succeeded(ends, "w1", attempt("gpu-a", 0, "200")));

            await().atMost(SOON).until(() -> linesOf(ends) == 2);
            assertThat(out.toString().lines().filter(line -> line.contains("succeeded 200")))
                    .singleElement()
                    .asString()
                    .contains(ends.toString(), "gpu-a");
            assertThat(linesOf(waits)).isEqualTo(1);
            command.interrupt();
            command.join();
        }
    }

    private Thread follow(String brokers) {
        var environment = Map.of("KAFKA_BOOTSTRAP_SERVERS", brokers);
        var process =
                new ProcessParts(environment, NanoClock.SYSTEM, InstantSource.system(), false);
        return Thread.startVirtualThread(
                () ->
                        SluiceCommand.line(process)
                                .setOut(new PrintWriter(out))
                                .setErr(new PrintWriter(new StringWriter()))
                                .execute("requests", "--follow"));
    }

    private long linesOf(RequestId id) {
        return out.toString().lines().filter(line -> line.contains(id.toString())).count();
    }

    private static RequestEvent event(long nonce) {
        return new RequestEvent(
                new Nonce(nonce),
                DEFAULT.pool(),
                START,
                "POST",
                "/v1/followed",
                Optional.of("text/plain"),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Body.ofUtf8("hello"),
                Optional.empty());
    }
}

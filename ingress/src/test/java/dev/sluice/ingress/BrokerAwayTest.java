package dev.sluice.ingress;

import static dev.sluice.ingress.Rig.id;
import static dev.sluice.ingress.Rig.json;
import static dev.sluice.ingress.Rig.problem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.protocol.RequestId;
import dev.sluice.testkit.BrokerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerAwayTest {

    private static final long MUCH = 1_000_000_000L;

    private static Predicate<HttpResponse<String>> is(int status) {
        return response -> response.statusCode() == status;
    }

    @Test
    void answers503WhileTheBrokerIsAwayAndRecoversByItself(@TempDir Path dir) throws Exception {
        try (var broker = BrokerProcess.start(dir);
                var rig = new Rig(broker.bootstrapServers())) {
            rig.node("default", 6_000, MUCH);
            try (var ingress =
                    rig.ingress("lb.append-timeout-ms", "4000", "lb.lookup-timeout-ms", "2000")) {
                var accepted =
                        await().atMost(Duration.ofSeconds(30))
                                .until(() -> rig.post(ingress, "/", "x"), is(202));
                RequestId before = id(accepted);
                broker.kill();

                long start = System.nanoTime();
                var post = rig.post(ingress, "/", "x");
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .isLessThan(Duration.ofSeconds(10));
                assertThat(problem(post)).isEqualTo("503 log_unreachable");
                assertThat(json(post).path("outcome").asString())
                        .as(post.body())
                        .isEqualTo("unknown");
                assertThat(post.headers().firstValue("Retry-After")).contains("2");

                // a lane whose topic nobody has made yet: there is nothing to try
                var lane = rig.post(ingress, "/", "x", "Sluice-Priority", "high");
                assertThat(problem(lane)).isEqualTo("503 log_unreachable");
                assertThat(json(lane).path("outcome").asString()).isEqualTo("not_accepted");

                var lookup = rig.get(ingress, "/requests/" + before);
                assertThat(problem(lookup)).isEqualTo("503 log_unreachable");
                assertThat(lookup.headers().firstValue("Retry-After")).isPresent();
                assertThat(rig.get(ingress, "/lb-health").statusCode()).isEqualTo(200);
                var ready = rig.get(ingress, "/lb-health?ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(json(ready).path("status").asString()).isEqualTo("not_ready");
                assertThat(json(ready).path("log").asString()).isNotEqualTo("reachable");

                broker.start();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> rig.post(ingress, "/", "x"), is(202));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> rig.get(ingress, "/requests/" + before), is(200));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> rig.get(ingress, "/lb-health?ready"), is(200));
                await().atMost(Duration.ofSeconds(30))
                        .until(
                                () -> rig.post(ingress, "/", "x", "Sluice-Priority", "high"),
                                is(202));
                try (var worker = rig.echo("default")) {
                    var waited = rig.post(ingress, "/", "ping", "Prefer", "wait=20");
                    assertThat(waited.body()).isEqualTo("ping");
                    assertThat(worker.seen()).isNotEmpty();
                }
            }
        }
    }
}

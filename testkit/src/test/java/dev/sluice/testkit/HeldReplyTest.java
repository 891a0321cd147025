package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HeldReplyTest {

    @Test
    void anAnswerWaitsUntilItIsLetGo() {
        var released = new CompletableFuture<Void>();
        try (var client = HttpClient.newHttpClient();
                var node = FakeNode.start(seen -> Reply.text(200, "late").until(released))) {
            var request = HttpRequest.newBuilder(node.uri()).build();
            var first = client.sendAsync(request, BodyHandlers.ofString());
            var second = client.sendAsync(request, BodyHandlers.ofString());
            await().atMost(Duration.ofSeconds(30)).until(() -> node.count() == 2);
            assertThat(node.inFlight()).isEqualTo(2);
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();

            released.complete(null);

            assertThat(first.join().body()).isEqualTo("late");
            assertThat(second.join().body()).isEqualTo("late");
            assertThat(node.inFlight()).isZero();
            // what comes later is not held any more
            assertThat(client.sendAsync(request, BodyHandlers.ofString()).join().statusCode())
                    .isEqualTo(200);
        }
    }
}

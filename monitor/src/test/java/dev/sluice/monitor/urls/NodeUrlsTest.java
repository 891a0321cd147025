package dev.sluice.monitor.urls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.time.NanoClock;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeUrlsTest {

    private static final Duration SOON = Duration.ofMillis(100);
    private static final List<Listener> OWN =
            List.of(Listener.at("ingress", URI.create("http://127.0.0.1:7100")));

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:7100", "http://127.0.0.1:7100", "http://[::1]:7100/x"})
    void ourOwnPortIsRefused(String url) throws Exception {
        var urls = new NodeUrls(AllowedUrls.NONE, () -> OWN, NanoClock.SYSTEM);
        assertThat(urls.refusal(URI.create(url))).as(url).isPresent();
        assertThat(urls.refusalAtSight(URI.create(url))).as(url).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1:9092",
                " 127.0.0.1:9092 , other:9092",
                "other:9092, 127.0.0.1:9092,",
                "PLAINTEXT://127.0.0.1:9092",
                "SASL_SSL://127.0.0.1:9092",
                "[::1]:9092",
                "::1:9092",
                ",LOCALHOST:9092,,"
            })
    void theBrokerIsOursHoweverKafkaIsToldOfIt(String bootstrapServers) throws Exception {
        var urls =
                new NodeUrls(
                        AllowedUrls.NONE,
                        () -> Listener.brokers(bootstrapServers),
                        NanoClock.SYSTEM);
        assertThat(urls.refusal(URI.create("http://localhost:9092")))
                .hasValueSatisfying(why -> assertThat(why).contains("own broker at port 9092"));
        assertThat(urls.refusal(URI.create("http://localhost:9093"))).isEmpty();
    }

    @Test
    void brokersAreReadAsKafkaReadsThem() {
        assertThat(Listener.brokers("my_kafka:9092, [2001:DB8::7]:9093,SSL://k.example:9094,"))
                .containsExactly(
                        new Listener("broker", "my_kafka", 9092),
                        new Listener("broker", "[2001:db8::7]", 9093),
                        new Listener("broker", "k.example", 9094));
        assertThat(Listener.brokers(" , k, k:123456, k:x, a b:1, null")).isEmpty();
    }

    @Test
    void whatIsAllowedIsNotLookedAt() throws Exception {
        for (String entry : List.of("*", "169.254.169.254", "x, 169.254.169.254:80")) {
            var urls = new NodeUrls(AllowedUrls.parse(entry), () -> OWN, NanoClock.SYSTEM);
            assertThat(urls.refusal(URI.create("http://169.254.169.254/a"))).as(entry).isEmpty();
        }
        var other =
                new NodeUrls(AllowedUrls.parse("169.254.169.254:81"), () -> OWN, NanoClock.SYSTEM);
        assertThat(other.refusal(URI.create("http://169.254.169.254/a"))).isPresent();
        var here = new NodeUrls(AllowedUrls.parse("LOCALHOST:7100"), () -> OWN, NanoClock.SYSTEM);
        assertThat(here.refusal(URI.create("http://localhost:7100"))).isEmpty();
        assertThat(here.refusal(URI.create("http://127.0.0.1:7100"))).isPresent();
    }

    @Test
    void aNameThatNobodyKnowsIsLeftToTheCheck() throws Exception {
        var urls = new NodeUrls(AllowedUrls.NONE, () -> OWN, NanoClock.SYSTEM);
        assertThat(urls.refusal(URI.create("http://nowhere.invalid:1"))).isEmpty();
    }

    @Test
    void theSystemIsAskedForItsAddressesOnlyForAPortOfOurs() throws Exception {
        var asked = new AtomicInteger();
        var lookUps = new LookUps(InetAddress::getAllByName, SOON, NanoClock.SYSTEM);
        var urls =
                new NodeUrls(
                        AllowedUrls.NONE,
                        () -> OWN,
                        lookUps,
                        address -> {
                            asked.incrementAndGet();
                            return true;
                        });
        assertThat(urls.refusal(URI.create("http://10.0.0.7:9001"))).isEmpty();
        assertThat(asked).hasValue(0);
        assertThat(urls.refusal(URI.create("http://10.0.0.7:7100"))).isPresent();
        assertThat(asked).hasValue(2);
    }

    @Test
    void aNameThatIsNotLookedUpInTimeIsRefusedUntilTheAnswerIsThere() throws Exception {
        var answer = new CompletableFuture<InetAddress>();
        var now = new AtomicLong();
        var slow = new AtomicBoolean();
        var stuck = new CompletableFuture<InetAddress>();
        var lookUps =
                new LookUps(
                        host -> new InetAddress[] {(slow.getAndSet(true) ? stuck : answer).join()},
                        SOON,
                        now::get);
        var urls = new NodeUrls(AllowedUrls.NONE, () -> OWN, lookUps, address -> false);
        URI url = URI.create("http://gpu-a.example:9001");
        assertThat(urls.refusal(url))
                .hasValueSatisfying(why -> assertThat(why).contains("was not looked up within"));

        answer.complete(InetAddress.ofLiteral("10.0.0.7"));
        await().untilAsserted(() -> assertThat(urls.refusal(url)).isEmpty());
        now.set(TimeUnit.SECONDS.toNanos(59));
        assertThat(urls.refusal(url)).as("the name server is slow again").isEmpty();
        now.set(TimeUnit.SECONDS.toNanos(60));
        assertThat(urls.refusal(url)).isPresent();
        stuck.complete(InetAddress.ofLiteral("169.254.169.254"));
        await().untilAsserted(
                        () ->
                                assertThat(urls.refusal(url))
                                        .hasValueSatisfying(
                                                why -> assertThat(why).contains("link-local")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:1", "h:", "a b", "h:123456", "*.example"})
    void whatIsNoHostIsNoEntry(String entry) {
        assertThatThrownBy(() -> AllowedUrls.parse(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be hosts");
    }
}

package dev.sluice.monitor.urls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeUrlsTest {

    private static final List<Listener> OWN =
            List.of(Listener.at("ingress", URI.create("http://127.0.0.1:7100")));

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:7100", "http://127.0.0.1:7100", "http://[::1]:7100/x"})
    void ourOwnPortIsRefused(String url) throws Exception {
        var urls = new NodeUrls(AllowedUrls.NONE, () -> OWN);
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
        var urls = new NodeUrls(AllowedUrls.NONE, () -> Listener.brokers(bootstrapServers));
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
            var urls = new NodeUrls(AllowedUrls.parse(entry), () -> OWN);
            assertThat(urls.refusal(URI.create("http://169.254.169.254/a"))).as(entry).isEmpty();
        }
        var other = new NodeUrls(AllowedUrls.parse("169.254.169.254:81"), () -> OWN);
        assertThat(other.refusal(URI.create("http://169.254.169.254/a"))).isPresent();
        var here = new NodeUrls(AllowedUrls.parse("LOCALHOST:7100"), () -> OWN);
        assertThat(here.refusal(URI.create("http://localhost:7100"))).isEmpty();
        assertThat(here.refusal(URI.create("http://127.0.0.1:7100"))).isPresent();
    }

    @Test
    void aNameThatNobodyKnowsIsLeftToTheCheck() throws Exception {
        var urls = new NodeUrls(AllowedUrls.NONE, () -> OWN);
        assertThat(urls.refusal(URI.create("http://nowhere.invalid:1"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://h:1", "h:", "a b", "h:123456", "*.example"})
    void whatIsNoHostIsNoEntry(String entry) {
        assertThatThrownBy(() -> AllowedUrls.parse(entry))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be hosts");
    }
}

package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingress.queue.KeptHeaders.Kept;
import dev.sluice.protocol.HttpHeader;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeptHeadersTest {

    private final KeptHeaders rule = new KeptHeaders(List.of("Authorization", "X-Api-Key"), 100);

    @Test
    void leavesOutTheConnectionsOursAndCredentials() {
        var all =
                List.of(
                        new HttpHeader("connection", "X-One, x-two"),
                        new HttpHeader("X-ONE", "1"),
                        new HttpHeader("X-Two", "2"),
                        new HttpHeader("Proxy-Authorization", "secret"),
                        new HttpHeader("AUTHORIZATION", "secret"),
                        new HttpHeader("x-api-key", "secret"),
                        new HttpHeader("Sluice-Request-Id", "forged"),
                        new HttpHeader("Expect", "100-continue"),
                        new HttpHeader("Host", "h"),
                        new HttpHeader("Prefer", "wait=1, x"),
                        new HttpHeader("Accept", "a"),
                        new HttpHeader("traceparent", "t"),
                        new HttpHeader("Accept", "b"));
        assertThat(rule.keep(all, PreferHeader.parse(List.of("wait=1, x"))))
                .isEqualTo(
                        new Kept.Headers(
                                List.of(
                                        new HttpHeader("Accept", "a"),
                                        new HttpHeader("traceparent", "t"),
                                        new HttpHeader("Accept", "b"),
                                        new HttpHeader("Prefer", "x"))));
    }

    @Test
    void boundsWhatIsKeptAndNotWhatIsLeftOut() {
        var large = new HttpHeader("Authorization", "x".repeat(1_000));
        var fits = new HttpHeader("A", "x".repeat(96));
        assertThat(rule.keep(List.of(large, fits), PreferHeader.NONE))
                .isEqualTo(new Kept.Headers(List.of(fits)));
        assertThat(rule.keep(List.of(new HttpHeader("A", "x".repeat(97))), PreferHeader.NONE))
                .isEqualTo(new Kept.TooLarge(101));
    }
}

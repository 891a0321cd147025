package dev.sluice.chassis.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.HttpHeader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TracingTest {

    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";
    private static final HttpHeader PARENT =
            new HttpHeader("Traceparent", "00-" + TRACE + "-" + SPAN + "-01");

    @Test
    void aChildIsOfItsParentsTraceAndHasAnIdOfItsOwn() {
        try (var tracing = tracing(Map.of())) {
            List<HttpHeader> fields = fields(tracing, PARENT, new HttpHeader("tracestate", "a=1"));

            assertThat(fields.getFirst().name()).isEqualTo("traceparent");
            assertThat(fields.getFirst().value())
                    .matches("00-" + TRACE + "-[0-9a-f]{16}-01")
                    .doesNotContain(SPAN);
            assertThat(fields.getLast()).isEqualTo(new HttpHeader("tracestate", "a=1"));
        }
    }

    @Test
    void whatIsNotSampledAboveIsNotSampledHere() {
        try (var tracing = tracing(Map.of())) {
            var parent = new HttpHeader("traceparent", "00-" + TRACE + "-" + SPAN + "-00");
            assertThat(fields(tracing, parent).getFirst().value())
                    .matches("00-" + TRACE + "-[0-9a-f]{16}-00");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
            })
    void aMalformedParentIsIgnoredWithItsState(String value) {
        try (var tracing = tracing(Map.of())) {
            List<HttpHeader> fields =
                    fields(
                            tracing,
                            new HttpHeader("traceparent", value),
                            new HttpHeader("tracestate", "a=1"));

            assertThat(fields).hasSize(1);
            assertThat(fields.getFirst().value())
                    .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-03") // sampled, and of random ids
                    .doesNotContainIgnoringCase(TRACE);
        }
    }

    @Test
    void twoParentsAreNone() {
        try (var tracing = tracing(Map.of())) {
            assertThat(fields(tracing, PARENT, PARENT).getFirst().value()).doesNotContain(TRACE);
        }
    }

    @Test
    void theSamplerIsAsTheVariablesSay() {
        try (var tracing = tracing(Map.of("otel.traces.sampler", "always_off"))) {
            assertThat(fields(tracing, PARENT).getFirst().value()).endsWith("-00");
        }
    }

    @Test
    void aCollectorThatNeverAnswersHoldsNobodyUp() throws IOException {
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            var tracing =
                    tracing(
                            Map.of(
                                    "otel.exporter.otlp.endpoint",
                                    "http://127.0.0.1:" + silent.getLocalPort(),
                                    "otel.bsp.schedule.delay",
                                    "10"));
            long began = System.nanoTime();
            for (int i = 0; i < 20_000; i++) { // ten times what the queue holds
                tracing.begin(Tracing.Kind.INTERNAL, "span", List.of(), NOW).end(NOW);
            }
            tracing.close();

            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(8));
        }
    }

    private static List<HttpHeader> fields(Tracing tracing, HttpHeader... parent) {
        return tracing.begin(Tracing.Kind.SERVER, "span", List.of(parent), NOW).fields();
    }

    private static Tracing tracing(Map<String, String> properties) {
        return Tracing.open("test", new TraceSettings(true, properties));
    }
}

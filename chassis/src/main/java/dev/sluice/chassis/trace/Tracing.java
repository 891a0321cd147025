package dev.sluice.chassis.trace;

import dev.sluice.chassis.lifecycle.Lifecycle;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.HttpHeader;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The way of one service's spans to a collector (OTLP over HTTP).
 *
 * <p>Ended spans wait in a bounded queue for a thread that exports them in batches; beyond the
 * bound they are dropped. So whoever makes spans is never held up by the collector. A service that
 * does not trace has none of these.
 */
public final class Tracing implements AutoCloseable {

    /** What a span is to its parent, in OpenTelemetry's words. */
    public enum Kind {
        /** Answers a request that came in. */
        SERVER(SpanKind.SERVER),
        /** Sends a request and waits for its answer. */
        CLIENT(SpanKind.CLIENT),
        /** Puts something into the log. */
        PRODUCER(SpanKind.PRODUCER),
        /** Happens inside. */
        INTERNAL(SpanKind.INTERNAL);

        private final SpanKind otel;

        Kind(SpanKind otel) {
            this.otel = otel;
        }
    }

    // what a stop waits for the last batch: a collector that is away must not hold it up
    private static final long CLOSE_SECONDS = 2;

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;

    private Tracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer("dev.sluice");
    }

    /**
     * Starts it as a part of a service, if spans are wanted; empty if not.
     *
     * @param service its name in traces, unless a variable names another
     */
    public static Optional<Tracing> start(
            Lifecycle lifecycle, String service, TraceSettings settings) throws StartException {
        return settings.on()
                ? Optional.of(lifecycle.add(() -> open(service, settings)))
                : Optional.empty();
    }

    static Tracing open(String service, TraceSettings settings) {
        ExporterLog.toSlf4j();
        var all = settings.of(service);
        return new Tracing(
                AutoConfiguredOpenTelemetrySdk.builder()
                        .addPropertiesCustomizer(own -> all)
                        .disableShutdownHook() // the service's life cycle closes it
                        .build()
                        .getOpenTelemetrySdk());
    }

    /**
     * Begins a span.
     *
     * @param name of few kinds: what differs from request to request stands in attributes
     * @param parent header fields among which those of the parent may stand; if there are none, or
     *     they are malformed, a new trace begins
     */
    public TraceSpan begin(Kind kind, String name, List<HttpHeader> parent, Instant at) {
        Context above =
                W3CTraceContextPropagator.getInstance()
                        .extract(Context.root(), parent, FieldsGetter.INSTANCE);
        var span =
                tracer.spanBuilder(name)
                        .setParent(above)
                        .setSpanKind(kind.otel)
                        .setStartTimestamp(at)
                        .startSpan();
        return new TraceSpan(span, above.with(span));
    }

    /** Exports what waits, within two seconds. */
    @Override
    public void close() {
        sdk.shutdown().join(CLOSE_SECONDS, TimeUnit.SECONDS);
    }
}

package dev.sluice.system;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A collector of traces (OTLP over HTTP) that keeps every span it is sent. */
final class FakeCollector implements AutoCloseable {

    /**
     * A span as it came.
     *
     * @param service the name of the service that sent it
     * @param parent empty where it has none
     * @param attributes their values as text
     */
    record Span(
            String service,
            String trace,
            String id,
            String parent,
            String name,
            String kind,
            boolean failed,
            long startNanos,
            long endNanos,
            String state,
            Map<String, String> attributes) {

        String attribute(String key) {
            return attributes.getOrDefault(key, "");
        }
    }

    private final HttpServer server;
    private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

    private FakeCollector(HttpServer server) {
        this.server = server;
    }

    static FakeCollector start() throws IOException {
        var collector =
                new FakeCollector(
                        HttpServer.create(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        collector.server.createContext("/v1/traces", collector::take);
        collector.server.start();
        return collector;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** All spans of a trace up to now. */
    List<Span> trace(String trace) {
        return spans.stream().filter(span -> span.trace().equals(trace)).toList();
    }

    List<Span> all() {
        return List.copyOf(spans);
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
            request.getResourceSpansList().forEach(this::keep);
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    private void keep(ResourceSpans of) {
        String service =
                of.getResource().getAttributesList().stream()
                        .filter(attribute -> attribute.getKey().equals("service.name"))
                        .map(attribute -> attribute.getValue().getStringValue())
                        .findFirst()
                        .orElse("");
        of.getScopeSpansList().stream()
                .flatMap(scope -> scope.getSpansList().stream())
                .forEach(
                        span -> {
                            var attributes = new TreeMap<String, String>();
                            span.getAttributesList()
                                    .forEach(a -> attributes.put(a.getKey(), text(a.getValue())));
                            spans.add(
                                    new Span(
                                            service,
                                            hex(span.getTraceId()),
                                            hex(span.getSpanId()),
                                            hex(span.getParentSpanId()),
                                            span.getName(),
                                            span.getKind().name(),
                                            span.getStatus().getCode()
                                                    == Status.StatusCode.STATUS_CODE_ERROR,
                                            span.getStartTimeUnixNano(),
                                            span.getEndTimeUnixNano(),
                                            span.getTraceState(),
                                            attributes));
                        });
    }

    private static String text(AnyValue value) {
        return value.hasStringValue() ? value.getStringValue() : Long.toString(value.getIntValue());
    }

    private static String hex(ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

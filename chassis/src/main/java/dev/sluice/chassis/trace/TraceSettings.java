package dev.sluice.chassis.trace;

import dev.sluice.chassis.settings.Settings;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.HashMap;
import java.util.Map;

/**
 * What OpenTelemetry's own variables say of traces.
 *
 * <p>{@code OTEL_TRACES_EXPORTER} is the property {@code otel.traces.exporter}, and may stand under
 * that key in the settings file. What they mean is OpenTelemetry's to say; only what this build has
 * no part for is refused here.
 *
 * @param on whether spans are exported; without, nothing of OpenTelemetry is started
 * @param properties with their prefix {@code otel.}
 */
public record TraceSettings(boolean on, Map<String, String> properties) {

    /** No spans. */
    public static final TraceSettings OFF = new TraceSettings(false, Map.of());

    private static final String EXPORTER = "otel.traces.exporter";
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACES_ENDPOINT = "otel.exporter.otlp.traces.endpoint";
    private static final String PROTOCOL = "otel.exporter.otlp.protocol";
    private static final String TRACES_PROTOCOL = "otel.exporter.otlp.traces.protocol";
    private static final String ONLY_PROTOCOL = "http/protobuf";

    public TraceSettings {
        properties = Map.copyOf(properties);
    }

    /** Reads them; mistakes are noted in {@code settings}. */
    public static TraceSettings read(Settings settings) {
        var given = new HashMap<String, String>();
        settings.section("otel.").forEach((key, value) -> given.put("otel." + key, value));
        boolean on = isOn(given, settings);
        settings.show("otel.traces", on ? "on" : "off");
        if (!on) {
            return OFF;
        }
        checkProtocol(PROTOCOL, given, settings);
        checkProtocol(TRACES_PROTOCOL, given, settings);
        var read = new TraceSettings(true, given);
        check(read, settings);
        return read;
    }

    private static boolean isOn(Map<String, String> given, Settings settings) {
        String exporter = given.get(EXPORTER);
        if ("true".equalsIgnoreCase(given.get("otel.sdk.disabled")) || "none".equals(exporter)) {
            return false;
        }
        if (exporter != null && !exporter.equals("otlp")) {
            settings.problem(EXPORTER, "must be otlp or none, not '" + exporter + "'");
            return false;
        }
        return exporter != null
                || given.containsKey(ENDPOINT)
                || given.containsKey(TRACES_ENDPOINT);
    }

    private static void checkProtocol(String key, Map<String, String> given, Settings settings) {
        String protocol = given.getOrDefault(key, ONLY_PROTOCOL);
        if (!protocol.equals(ONLY_PROTOCOL)) {
            settings.problem(key, "must be " + ONLY_PROTOCOL + ", not '" + protocol + "'");
        }
    }

    /** OpenTelemetry is the judge of the rest: it is put together once, to hear what it says. */
    private static void check(TraceSettings read, Settings settings) {
        try {
            Tracing.open("check", read).close();
        } catch (ConfigurationException | IllegalArgumentException e) {
            Throwable cause = e.getCause();
            String why = cause == null ? "" : " (" + cause.getMessage() + ")";
            settings.problem("otel", e.getMessage() + why);
        }
    }

    /** All that OpenTelemetry is told, for a service of this name unless it has another. */
    Map<String, String> of(String service) {
        var all = new HashMap<>(properties);
        all.put(EXPORTER, "otlp");
        all.put(PROTOCOL, ONLY_PROTOCOL);
        all.put(TRACES_PROTOCOL, ONLY_PROTOCOL);
        all.put("otel.metrics.exporter", "none"); // metrics are Prometheus'
        all.put("otel.logs.exporter", "none");
        all.put("otel.propagators", "none"); // W3C's fields are read and written by us
        if (!properties.getOrDefault("otel.resource.attributes", "").contains("service.name=")) {
            all.putIfAbsent("otel.service.name", service);
        }
        return all;
    }
}

package dev.sluice.chassis.trace;

import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.TraceFields;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How OpenTelemetry reads the fields of W3C Trace Context from a list of header fields. */
enum FieldsGetter implements TextMapGetter<List<HttpHeader>> {
    INSTANCE;

    @Override
    public Iterable<String> keys(List<HttpHeader> headers) {
        return headers.stream().map(HttpHeader::name).toList();
    }

    /**
     * One value for each name. Several states are one list, as with any field; several parents are
     * none, for nobody can say which one is meant.
     */
    @Override
    public @Nullable String get(@Nullable List<HttpHeader> headers, String name) {
        if (headers == null) {
            return null;
        }
        List<String> values =
                headers.stream().filter(h -> h.is(name)).map(HttpHeader::value).toList();
        if (values.isEmpty() || (name.equals(TraceFields.PARENT) && values.size() > 1)) {
            return null;
        }
        return String.join(",", values);
    }
}

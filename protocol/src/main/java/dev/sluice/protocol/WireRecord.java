package dev.sluice.protocol;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/**
 * A record as it stands in a topic: text headers and a value.
 *
 * <p>The Kafka edge turns header values into UTF-8 bytes and back; so the codecs stay free of
 * Kafka. It does not copy the map: whoever makes a record gives it away.
 */
public record WireRecord(Map<String, String> headers, Body value) {

    /** As many as a record has at most, for the size of maps. */
    public static final int HEADERS = 24;

    public WireRecord {
        headers = Collections.unmodifiableMap(headers);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String required(String name) {
        return header(name).orElseThrow(() -> new IllegalArgumentException("no header " + name));
    }
}

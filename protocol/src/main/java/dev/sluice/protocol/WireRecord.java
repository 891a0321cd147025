package dev.sluice.protocol;

import java.util.Map;
import java.util.Optional;

/**
 * A record as it stands in a topic: text headers and a value.
 *
 * <p>The Kafka edge turns header values into UTF-8 bytes and back; so the codecs stay free of
 * Kafka.
 */
public record WireRecord(Map<String, String> headers, Body value) {

    public WireRecord {
        headers = Map.copyOf(headers);
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    String required(String name) {
        return header(name).orElseThrow(() -> new IllegalArgumentException("no header " + name));
    }
}

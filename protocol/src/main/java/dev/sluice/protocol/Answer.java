package dev.sluice.protocol;

import java.util.List;
import java.util.Optional;

/** A node's response as it was: status, header fields, body. */
public record Answer(int status, List<HttpHeader> headers, Body body) {

    public Answer {
        if (status < 100 || status > 999) {
            throw new IllegalArgumentException("not an HTTP status: " + status);
        }
        headers = List.copyOf(headers);
    }

    public Optional<String> contentType() {
        return headers.stream()
                .filter(header -> header.is("Content-Type"))
                .map(HttpHeader::value)
                .findFirst();
    }
}

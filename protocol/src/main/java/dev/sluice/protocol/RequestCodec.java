package dev.sluice.protocol;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Requests as CloudEvents in binary mode: the value is the body as received. */
public final class RequestCodec {

    static final String TYPE = "dev.sluice.request.v1";

    private RequestCodec() {}

    public static WireRecord encode(RequestEvent event) {
        Map<String, String> headers = HashMap.newHashMap(WireRecord.HEADERS);
        headers.put(Names.CE_SPEC_VERSION, Names.SPEC_VERSION);
        headers.put(Names.CE_TYPE, TYPE);
        headers.put(Names.CE_ID, event.nonce().toString());
        headers.put(Names.CE_SOURCE, "/sluice/pools/" + event.pool());
        headers.put(Names.CE_TIME, Rfc3339.text(event.acceptedAt()));
        event.contentType().ifPresent(type -> headers.put(Names.contentTypeHeader(type), type));
        headers.put(Names.NONCE, event.nonce().toString());
        headers.put(Names.POOL, event.pool().value());
        headers.put(Names.METHOD, event.method());
        headers.put(Names.TARGET, event.target());
        event.deadline()
                .ifPresent(d -> headers.put(Names.DEADLINE_MS, Long.toString(d.toMillis())));
        event.idempotencyKey().ifPresent(key -> headers.put(Names.IDEMPOTENCY_KEY, key));
        event.replayOf()
                .ifPresent(
                        replay -> {
                            headers.put(Names.REPLAY_OF, replay.original().toString());
                            headers.put(Names.REPLAY, replay.replay());
                        });
        if (!event.headers().isEmpty()) {
            headers.put(Names.HTTP_HEADERS, HttpHeader.encode(event.headers()));
        }
        return new WireRecord(headers, event.body());
    }

    /** The nonce alone, for readers that need nothing else of a request; empty if it has none. */
    public static Optional<Nonce> nonce(HeaderLookup headers) {
        String text = headers.value(Names.NONCE);
        return text == null ? Optional.empty() : Nonce.parse(text);
    }

    /** The replay alone that a request is of, for readers that need nothing else of it. */
    public static Optional<ReplayOf> replayOf(HeaderLookup headers)
            throws UnreadableRecordException {
        try {
            return ReplayOf.of(
                    Optional.ofNullable(headers.value(Names.REPLAY_OF)),
                    Optional.ofNullable(headers.value(Names.REPLAY)));
        } catch (IllegalArgumentException e) {
            throw new UnreadableRecordException("not a request: " + e.getMessage(), e);
        }
    }

    public static RequestEvent decode(WireRecord record) throws UnreadableRecordException {
        try {
            if (!record.required(Names.CE_TYPE).equals(TYPE)) {
                throw new IllegalArgumentException("type " + record.required(Names.CE_TYPE));
            }
            return new RequestEvent(
                    Nonce.parse(record.required(Names.NONCE))
                            .orElseThrow(() -> new IllegalArgumentException("bad nonce")),
                    new PoolName(record.required(Names.POOL)),
                    Rfc3339.parse(record.required(Names.CE_TIME)),
                    record.required(Names.METHOD),
                    record.required(Names.TARGET),
                    record.header(Names.CONTENT_TYPE)
                            .or(() -> record.header(Names.BODY_CONTENT_TYPE)),
                    record.header(Names.DEADLINE_MS)
                            .map(text -> Duration.ofMillis(Long.parseLong(text))),
                    record.header(Names.IDEMPOTENCY_KEY),
                    HttpHeader.decode(record.header(Names.HTTP_HEADERS).orElse("")),
                    record.value(),
                    ReplayOf.of(record.header(Names.REPLAY_OF), record.header(Names.REPLAY)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UnreadableRecordException("not a request: " + e.getMessage(), e);
        }
    }
}

package dev.sluice.protocol;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What stands in a results partition, as CloudEvents in binary mode. */
public final class ResultsCodec {

    static final String RESULT = "dev.sluice.result.v1";
    static final String DUPLICATE = "dev.sluice.duplicate.v1";
    static final String SNAPSHOT = "dev.sluice.ledger-snapshot.v1";
    static final String HELD = "dev.sluice.held.v1";

    private static final String BINARY = "application/octet-stream";

    private ResultsCodec() {}

    public static WireRecord encode(ResultEvent result) {
        String id = result.request().toString();
        Map<String, String> headers =
                cloudEvent(RESULT, id, "/sluice/workers/" + result.worker(), result.finishedAt());
        headers.put(Names.REQUEST, id);
        headers.put(Names.OUTCOME, result.outcome().text());
        headers.put(Names.ATTEMPT_COUNT, Integer.toString(result.attemptCount()));
        headers.put(Names.ATTEMPTS, Attempt.encode(result.attempts()));
        headers.put(Names.QUEUED_AT, Rfc3339.text(result.queuedAt()));
        headers.put(Names.FINISHED_AT, Rfc3339.text(result.finishedAt()));
        headers.put(Names.REQUEST_BYTES, Integer.toString(result.requestBytes()));
        headers.put(Names.WORKER, result.worker());
        result.node().ifPresent(node -> headers.put(Names.NODE, node));
        result.reason().ifPresent(reason -> headers.put(Names.REASON, reason.text()));
        result.detail().ifPresent(detail -> headers.put(Names.DETAIL, detail));
        result.replayOf().ifPresent(of -> headers.put(Names.REPLAY_OF, of.toString()));
        result.answer()
                .ifPresent(
                        answer -> {
                            headers.put(Names.STATUS, Integer.toString(answer.status()));
                            headers.put(Names.HTTP_HEADERS, HttpHeader.encode(answer.headers()));
                            answer.contentType()
                                    .ifPresent(
                                            type ->
                                                    headers.put(
                                                            Names.contentTypeHeader(type), type));
                        });
        return new WireRecord(headers, result.body());
    }

    /** The record of whatever ends a request. */
    public static WireRecord encode(Ending ending) {
        return switch (ending) {
            case ResultEvent result -> encode(result);
            case Duplicate duplicate -> encode(duplicate);
        };
    }

    private static WireRecord encode(Duplicate duplicate) {
        Map<String, String> headers =
                cloudEvent(
                        DUPLICATE,
                        duplicate.request().toString(),
                        "/sluice/workers/" + duplicate.worker(),
                        duplicate.endedAt());
        headers.put(Names.REQUEST, duplicate.request().toString());
        headers.put(Names.SAME_AS, duplicate.first().toString());
        headers.put(Names.QUEUED_AT, Rfc3339.text(duplicate.queuedAt()));
        headers.put(Names.FINISHED_AT, Rfc3339.text(duplicate.endedAt()));
        headers.put(Names.WORKER, duplicate.worker());
        return new WireRecord(headers, Body.EMPTY);
    }

    /**
     * A snapshot's record.
     *
     * @param at when, by the worker's clock
     */
    public static WireRecord encode(LedgerSnapshot snapshot, String worker, Instant at) {
        Map<String, String> headers =
                cloudEvent(SNAPSHOT, snapshot.shard() + "@" + at, "/sluice/workers/" + worker, at);
        headers.put(Names.SHARD, Integer.toString(snapshot.shard()));
        headers.put(Names.CONTENT_TYPE, BINARY);
        return new WireRecord(headers, encodeDone(snapshot.done()));
    }

    /** The record of a worker that lets its shard go. */
    public static WireRecord encode(Held held, String worker, Instant at) {
        Map<String, String> headers =
                cloudEvent(HELD, held.shard() + "@" + at, "/sluice/workers/" + worker, at);
        headers.put(Names.SHARD, Integer.toString(held.shard()));
        headers.put(Names.UNTIL, Rfc3339.text(held.until()));
        headers.put(Names.CONTENT_TYPE, "text/plain");
        var ids = new StringBuilder();
        held.requests().forEach(id -> ids.append(id).append('\n'));
        return new WireRecord(headers, Body.ofUtf8(ids.toString()));
    }

    public static ResultsRecord decode(WireRecord record) throws UnreadableRecordException {
        try {
            String type = record.required(Names.CE_TYPE);
            return switch (type) {
                case RESULT -> decodeResult(record);
                case DUPLICATE ->
                        new Duplicate(
                                id(record.required(Names.REQUEST)),
                                id(record.required(Names.SAME_AS)),
                                Rfc3339.parse(record.required(Names.QUEUED_AT)),
                                Rfc3339.parse(record.required(Names.FINISHED_AT)),
                                record.required(Names.WORKER));
                case SNAPSHOT -> new LedgerSnapshot(shard(record), decodeDone(record.value()));
                case HELD ->
                        new Held(
                                shard(record),
                                Rfc3339.parse(record.required(Names.UNTIL)),
                                record.value().utf8().lines().map(ResultsCodec::id).toList());
                default -> throw new IllegalArgumentException("type " + type);
            };
        } catch (IllegalArgumentException | DateTimeException | IOException e) {
            throw new UnreadableRecordException("not a results record: " + e.getMessage(), e);
        }
    }

    private static ResultEvent decodeResult(WireRecord record) {
        Optional<Answer> answer =
                record.header(Names.STATUS)
                        .map(
                                status ->
                                        new Answer(
                                                Integer.parseInt(status),
                                                HttpHeader.decode(
                                                        record.required(Names.HTTP_HEADERS)),
                                                record.value()));
        List<Attempt> attempts = Attempt.decode(record.required(Names.ATTEMPTS));
        return new ResultEvent(
                id(record.required(Names.REQUEST)),
                Outcome.parse(record.required(Names.OUTCOME)),
                answer,
                record.header(Names.NODE),
                Integer.parseInt(record.required(Names.ATTEMPT_COUNT)),
                attempts,
                Rfc3339.parse(record.required(Names.QUEUED_AT)),
                Rfc3339.parse(record.required(Names.FINISHED_AT)),
                Integer.parseInt(record.required(Names.REQUEST_BYTES)),
                record.header(Names.REASON).map(Reason::parse),
                record.header(Names.DETAIL),
                record.required(Names.WORKER),
                record.header(Names.REPLAY_OF).map(ResultsCodec::id));
    }

    private static Map<String, String> cloudEvent(
            String type, String id, String source, Instant time) {
        Map<String, String> headers = HashMap.newHashMap(WireRecord.HEADERS);
        headers.put(Names.CE_SPEC_VERSION, Names.SPEC_VERSION);
        headers.put(Names.CE_TYPE, type);
        headers.put(Names.CE_ID, id);
        headers.put(Names.CE_SOURCE, source);
        headers.put(Names.CE_TIME, Rfc3339.text(time));
        return headers;
    }

    private static RequestId id(String text) {
        return RequestId.parse(text)
                .orElseThrow(() -> new IllegalArgumentException("not a request id: " + text));
    }

    private static int shard(WireRecord record) {
        return Integer.parseInt(record.required(Names.SHARD));
    }

    private static Body encodeDone(Map<RequestsTopic, DoneSet> done) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(done.size());
            for (Map.Entry<RequestsTopic, DoneSet> entry : done.entrySet()) {
                DoneSet set = entry.getValue();
                out.writeUTF(entry.getKey().name());
                out.writeLong(set.next());
                out.writeInt(set.ranges().size());
                for (Map.Entry<Long, Long> range : set.ranges().entrySet()) {
                    out.writeLong(range.getKey());
                    out.writeLong(range.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory", e);
        }
        return Body.of(bytes.toByteArray());
    }

    private static Map<RequestsTopic, DoneSet> decodeDone(Body body) throws IOException {
        var done = new TreeMap<RequestsTopic, DoneSet>();
        var in = new DataInputStream(new ByteArrayInputStream(body.bytes()));
        for (int topics = in.readInt(); topics > 0; topics--) {
            String name = in.readUTF();
            RequestsTopic topic =
                    RequestsTopic.parse(name)
                            .orElseThrow(() -> new IllegalArgumentException("topic " + name));
            var set = new DoneSet(in.readLong());
            for (int ranges = in.readInt(); ranges > 0; ranges--) {
                set.addRange(in.readLong(), in.readLong());
            }
            done.put(topic, set);
        }
        return done;
    }
}

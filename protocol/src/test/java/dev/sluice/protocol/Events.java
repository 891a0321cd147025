package dev.sluice.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary ids and events, with the values that clients and nodes really send and worse. */
final class Events {

    private Events() {}

    static Arbitrary<PoolName> pools() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .numeric()
                .withChars('-')
                .ofMinLength(1)
                .ofMaxLength(40)
                .filter(text -> PoolName.parse(text).isPresent())
                .map(PoolName::new);
    }

    static Arbitrary<RequestsTopic> topics() {
        return Combinators.combine(pools(), Arbitraries.of(Lane.class)).as(RequestsTopic::new);
    }

    static Arbitrary<Nonce> nonces() {
        return Arbitraries.longs().map(Nonce::new);
    }

    static Arbitrary<RequestId> ids() {
        return Combinators.combine(
                        topics(),
                        Arbitraries.integers().between(0, Position.MAX_SHARDS - 1),
                        Arbitraries.longs().between(0, 999_999_999_999_999_999L),
                        nonces())
                .as(
                        (topic, shard, offset, nonce) ->
                                new RequestId(new Position(topic, shard, offset), nonce));
    }

    static Arbitrary<Instant> instants() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 4_102_444_800L),
                        Arbitraries.integers().between(0, 999_999_999))
                .as(Instant::ofEpochSecond);
    }

    static Arbitrary<Body> bodies() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(Body::of);
    }

    /** Any text without the line breaks that HTTP forbids; UTF-8, colons and spaces included. */
    static Arbitrary<String> fieldValues() {
        return Arbitraries.strings()
                .all()
                .excludeChars('\r', '\n', '\0')
                .ofMaxLength(40)
                .filter(text -> text.chars().noneMatch(c -> Character.isSurrogate((char) c)))
                .edgeCases(cases -> cases.add("", " ", ": ", "ä€ 😀", " two  spaces ", "\t\u0085"));
    }

    static Arbitrary<List<HttpHeader>> fields() {
        Arbitrary<String> names =
                Arbitraries.strings()
                        .withCharRange('!', '~')
                        .excludeChars(':')
                        .ofMinLength(1)
                        .ofMaxLength(20);
        return Combinators.combine(names, fieldValues()).as(HttpHeader::new).list().ofMaxSize(6);
    }

    static Arbitrary<String> contentTypes() {
        return Arbitraries.of(
                "application/json",
                "text/plain; charset=utf-8",
                "application/octet-stream",
                "application/cloudevents+json",
                "Application/CloudEvents-batch+json; charset=utf-8");
    }

    static Arbitrary<RequestEvent> requests() {
        Arbitrary<Duration> deadlines =
                Arbitraries.longs().between(1, 86_400_000L).map(Duration::ofMillis);
        return Combinators.combine(nonces(), pools(), instants(), fields(), bodies())
                .flatAs(
                        (nonce, pool, at, fields, body) ->
                                Combinators.combine(
                                                Arbitraries.of("GET", "POST", "M-SEARCH"),
                                                fieldValues().map(text -> "/" + text),
                                                contentTypes().optional(),
                                                deadlines.optional(),
                                                fieldValues().optional(),
                                                replays().optional())
                                        .as(
                                                (method, target, type, deadline, key, replay) ->
                                                        new RequestEvent(
                                                                nonce, pool, at, method, target,
                                                                type, deadline, key, fields, body,
                                                                replay)));
    }

    static Arbitrary<ReplayOf> replays() {
        return Combinators.combine(ids(), Arbitraries.of("again", "2026-11-21.x_1"))
                .as(ReplayOf::new);
    }

    static Arbitrary<Attempt> attempts() {
        return Combinators.combine(
                        Arbitraries.of("gpu-a", "N.1_x"),
                        instants(),
                        instants(),
                        Arbitraries.of("200", "503", "timeout", "broken-off"))
                .as(Attempt::new);
    }

    static Arbitrary<Answer> answers() {
        Arbitrary<List<HttpHeader>> withType =
                Combinators.combine(fields(), contentTypes().optional())
                        .as(
                                (fields, type) -> {
                                    var all = new java.util.ArrayList<>(fields);
                                    type.ifPresent(t -> all.add(new HttpHeader("content-type", t)));
                                    return List.copyOf(all);
                                });
        return Combinators.combine(Arbitraries.integers().between(100, 999), withType, bodies())
                .as(Answer::new);
    }

    static Arbitrary<ResultEvent> results() {
        return Combinators.combine(
                        ids(),
                        Arbitraries.of(Outcome.class),
                        answers(),
                        attempts().list().ofMaxSize(4),
                        instants(),
                        Arbitraries.of(Reason.class),
                        fieldValues().optional(),
                        Combinators.combine(
                                        Arbitraries.integers().between(0, Integer.MAX_VALUE - 10),
                                        ids().optional())
                                .as(Map::entry))
                .as(
                        (id, outcome, answer, attempts, at, reason, detail, bytesAndReplay) -> {
                            int bytes = bytesAndReplay.getKey();
                            boolean good = outcome == Outcome.SUCCEEDED;
                            boolean answered = good || reason == Reason.NODE_ERROR;
                            return new ResultEvent(
                                    id,
                                    outcome,
                                    answered ? Optional.of(answer) : Optional.empty(),
                                    attempts.isEmpty()
                                            ? Optional.empty()
                                            : Optional.of(attempts.getLast().node()),
                                    attempts.size() + bytes % 3,
                                    attempts,
                                    at,
                                    at.plusMillis(bytes),
                                    bytes,
                                    good ? Optional.empty() : Optional.of(reason),
                                    detail,
                                    "worker-1",
                                    bytesAndReplay.getValue());
                        });
    }

    static Arbitrary<DoneSet> doneSets() {
        Arbitrary<List<Long>> edges = Arbitraries.longs().between(0, 60).list().ofSize(8);
        return Combinators.combine(Arbitraries.longs().between(0, 20), edges)
                .as(
                        (next, at) -> {
                            var set = new DoneSet(next);
                            for (int i = 0; i < at.size(); i += 2) {
                                set.addRange(at.get(i), at.get(i) + at.get(i + 1) % 7);
                            }
                            return set;
                        });
    }
}

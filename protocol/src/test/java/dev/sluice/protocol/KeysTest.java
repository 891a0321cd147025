package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idempotency keys: what ingresses and workers of all versions must agree on. */
class KeysTest {

    /** Made with {@code printf 'default\norder-4711\n' | sha256sum}; they must never change. */
    @ParameterizedTest
    @CsvSource({
        "default, order-4711, fce7e0b15d10b4ab1030dbeefe7654d6, 11, 0",
        "gpu, order-4711, 16fbf091205c703bc0add05ad1b621bc, 11, 1",
        "default, 8e03978e-40d5-43dd-bc93-6894a57f9324, 8f7a25eb12c4728ed3fa8133490ac19a, 10, 5",
    })
    void aKeyHasItsHashAndItsShard(String pool, String key, String hash, int of12, int of7) {
        KeyHash made = KeyHash.of(new PoolName(pool), key);

        assertThat(made).hasToString(hash);
        assertThat(made.shard(12)).isEqualTo(of12);
        assertThat(made.shard(7)).isEqualTo(of7);
        assertThat(KeyHash.parse(hash)).isEqualTo(made);
    }

    @Test
    void keysSpreadOverAllShards() {
        var perShard = new int[12];
        for (int i = 0; i < 12_000; i++) {
            perShard[KeyHash.of(PoolName.DEFAULT, "key-" + i).shard(12)]++;
        }

        assertThat(java.util.Arrays.stream(perShard)).allMatch(n -> n > 900 && n < 1_100);
    }

    /** Made with {@code printf 'POST\n/v1/chat?x=1\napplication/json\n{"a":1}' | sha256sum}. */
    @Test
    void aRequestHasItsFingerprint() {
        var json = Optional.of("application/json");
        assertThat(Fingerprint.of(request("POST", "/v1/chat?x=1", json, "{\"a\":1}")))
                .hasToString("3b588300dcc34823f93d93c4a1f42efd");
        assertThat(Fingerprint.of(request("POST", "/v1/chat?x=1", Optional.empty(), "{\"a\":1}")))
                .hasToString("4098d558ad82194a0a0d7a06cfb74eeb");
    }

    @Test
    void methodTargetContentTypeAndBodyTellRequestsApart() {
        var text = Optional.of("text/plain");
        var all =
                List.of(
                        request("POST", "/a", text, "b"),
                        request("PUT", "/a", text, "b"),
                        request("POST", "/b", text, "b"),
                        request("POST", "/a", Optional.empty(), "b"),
                        request("POST", "/a", text, "c"),
                        request("POST", "/a", text, ""));

        assertThat(all.stream().map(Fingerprint::of).distinct()).hasSize(all.size());
        assertThat(Fingerprint.of(request("POST", "/a", text, "b")))
                .isEqualTo(Fingerprint.of(all.getFirst()));
    }

    @Property(tries = 200)
    void aClaimIsReadBack(
            @ForAll("ids") RequestId first, @ForAll long a, @ForAll long b, @ForAll long c)
            throws Exception {
        var claim = new KeyClaim(new KeyHash(a, b), new Fingerprint(c, a), first);

        assertThat(KeyClaim.decode(claim.encode())).isEqualTo(claim);
    }

    @Test
    void aClaimIsOneLineOfText() {
        var topic = new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL);
        var first = new RequestId(new Position(topic, 3, 1027), new Nonce(5));
        var claim = new KeyClaim(new KeyHash(1, 2), new Fingerprint(3, -1), first);

        assertThat(claim.encode().utf8())
                .isEqualTo(
                        "v1 00000000000000010000000000000002 0000000000000003ffffffffffffffff"
                                + " default.n3.1027.0000000000005");
    }

    @Property(tries = 200)
    void aClaimOfGarbageIsUnreadableAndNoBug(
            @ForAll("ids") RequestId first, @ForAll String garbage, @ForAll byte[] bytes) {
        String[] parts =
                new KeyClaim(new KeyHash(1, 2), new Fingerprint(3, 4), first)
                        .encode()
                        .utf8()
                        .split(" ", -1);
        for (int i = 0; i < parts.length; i++) {
            String[] spoilt = parts.clone();
            spoilt[i] = garbage;
            readsOrSaysUnreadable(Body.ofUtf8(String.join(" ", spoilt)));
        }
        readsOrSaysUnreadable(Body.of(bytes));
    }

    private static void readsOrSaysUnreadable(Body body) {
        try {
            assertThat(KeyClaim.decode(body)).isNotNull();
        } catch (UnreadableRecordException e) {
            assertThat(e).hasMessageStartingWith("not a claim: ");
        }
    }

    private static RequestEvent request(
            String method, String target, Optional<String> contentType, String body) {
        return new RequestEvent(
                new Nonce(body.hashCode()),
                PoolName.DEFAULT,
                Instant.EPOCH,
                method,
                target,
                contentType,
                Optional.of(Duration.ofSeconds(1)),
                Optional.of("key"),
                List.of(),
                Body.ofUtf8(body));
    }

    @Provide
    Arbitrary<RequestId> ids() {
        return Events.ids();
    }
}

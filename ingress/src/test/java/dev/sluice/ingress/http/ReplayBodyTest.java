package dev.sluice.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.replay.Rate;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayBodyTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00.123Z");

    @Test
    void oneValueOrSeveralStandInAField() {
        var one = valid("{'pool': 'p', 'status': 'failed', 'sample': 0.5, 'max': 7}");
        assertThat(one.draft().status()).containsExactly("failed");
        assertThat(one.draft().sample()).contains("0.5");
        assertThat(one.draft().max()).contains(7L);
        assertThat(valid("{'pool': 'p', 'status': ['5xx', 'timeout']}").draft().status())
                .containsExactly("5xx", "timeout");
    }

    @Test
    void whatIsNotSelectionIsRead() {
        var body = valid("{'pool': 'p', 'name': 'n.1', 'rate': '5/s', 'dry_run': true}");
        assertThat(body.name()).isEqualTo("n.1");
        assertThat(body.rate()).contains(new Rate(5, 1));
        assertThat(body.dryRun()).isTrue();
    }

    @Test
    void withoutANameItIsCalledByTheTime() {
        assertThat(valid("{'pool': 'p'}").name()).isEqualTo("replay-20261122-100000-123");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'pool': 'p', 'stauts': 'failed'}",
                "{'pool': 'p', 'name': 'a b'}",
                "{'pool': 'p', 'rate': 5}",
                "{'pool': 'p', 'dry_run': 'yes'}",
                "{'pool': 'p', 'max': 'all'}",
                "{'status': 'failed'}",
            })
    void whatIsWrongIsNamed(String text) {
        assertThat(parse(text))
                .isInstanceOfSatisfying(
                        ReplayBody.Invalid.class,
                        invalid -> assertThat(invalid.problems()).hasSize(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "null", "{", "pool"})
    void whatIsNoObjectIsRefused(String text) {
        assertThat(parse(text)).isInstanceOf(ReplayBody.NotJson.class);
    }

    private static ReplayBody.Valid valid(String text) {
        ReplayBody body = parse(text);
        assertThat(body).isInstanceOf(ReplayBody.Valid.class);
        return (ReplayBody.Valid) body;
    }

    private static ReplayBody parse(String text) {
        return ReplayBody.parse(text.replace('\'', '"'), NOW);
    }
}

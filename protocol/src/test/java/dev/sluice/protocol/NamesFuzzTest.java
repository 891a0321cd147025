package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Ids and names: exactly one text for each. */
class NamesFuzzTest {

    @FuzzTest
    void aTextThatIsANameIsWrittenAsItWas(byte[] input) {
        String text = FuzzInput.text(input);
        RequestId.parse(text).ifPresent(id -> assertThat(id).hasToString(text));
        Nonce.parse(text).ifPresent(nonce -> assertThat(nonce).hasToString(text));
        PoolName.parse(text).ifPresent(pool -> assertThat(pool).hasToString(text));
        RequestsTopic.parse(text).ifPresent(topic -> assertThat(topic.name()).isEqualTo(text));
        Checkpoint.parse(text.length(), text)
                .ifPresent(
                        at -> assertThat(Checkpoint.parse(at.next(), at.metadata())).contains(at));
        // a pool's name in a topic's and in an id is the same rule
        boolean pool = PoolName.parse(text).isPresent();
        assertThat(RequestsTopic.parse(Topics.REQUESTS_PREFIX + text + ".low").isPresent())
                .isEqualTo(pool);
        assertThat(RequestId.parse(text + ".n3.1027.0k3j9x0q2m7vd").isPresent()).isEqualTo(pool);
    }
}

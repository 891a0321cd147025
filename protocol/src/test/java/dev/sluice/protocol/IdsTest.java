package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdsTest {

    @Property
    void aNonceIsReadBackFromItsText(@ForAll long bits) {
        var nonce = new Nonce(bits);

        assertThat(nonce.toString()).hasSize(Nonce.LENGTH);
        assertThat(Nonce.parse(nonce.toString())).contains(nonce);
    }

    @Property
    void anIdIsReadBackFromItsText(@ForAll("ids") RequestId id) {
        assertThat(RequestId.parse(id.toString())).contains(id);
        assertThat(id.toString()).matches("[a-z0-9.-]+");
    }

    @Property
    void eachIdHasOneText(@ForAll("ids") RequestId id, @ForAll String garbage) {
        RequestId.parse(garbage).ifPresent(read -> assertThat(read).hasToString(garbage));
        assertThat(RequestId.parse(id + garbage).filter(read -> !read.equals(id))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "default",
                "default.n3.1027",
                "default.n3.1027.0k3j9x0q2m7v",
                "default.n3.1027.gk3j9x0q2m7vd",
                "default.n3.1027.0K3J9X0Q2M7VD",
                "default.n3.1027.0k3j9x0q2m7vu",
                "default.n03.1027.0k3j9x0q2m7vd",
                "default.n3.01027.0k3j9x0q2m7vd",
                "default.n1024.1.0k3j9x0q2m7vd",
                "default.x3.1027.0k3j9x0q2m7vd",
                "default.n3.-1.0k3j9x0q2m7vd",
                "default.n3.9999999999999999999.0k3j9x0q2m7vd",
                "-default.n3.1027.0k3j9x0q2m7vd",
                "Default.n3.1027.0k3j9x0q2m7vd",
                "default.n3.1027.0k3j9x0q2m7vd\n",
                " default.n3.1027.0k3j9x0q2m7vd"
            })
    void whatIsNoIdIsRefused(String text) {
        assertThat(RequestId.parse(text)).isEmpty();
    }

    @Property
    void aRequestsTopicIsReadBackFromItsName(@ForAll("topics") RequestsTopic topic) {
        assertThat(RequestsTopic.parse(topic.name())).contains(topic);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sluice.results",
                "sluice.requests.",
                "sluice.requests.default.",
                "sluice.requests.default.normal",
                "sluice.requests.default.HIGH",
                "sluice.requests.default.high.low",
                "sluice.requests..high",
                "sluice.requests.A",
                "other.requests.default"
            })
    void otherTopicsAreNoRequestsTopics(String name) {
        assertThat(RequestsTopic.parse(name)).isEmpty();
    }

    @Test
    void lanesOfAPoolHaveTheirOwnTopics() {
        assertThat(new RequestsTopic(PoolName.DEFAULT, Lane.NORMAL).name())
                .isEqualTo("sluice.requests.default");
        assertThat(new RequestsTopic(PoolName.DEFAULT, Lane.HIGH).name())
                .isEqualTo("sluice.requests.default.high");
    }

    @Test
    void positionsOutOfBoundsAreRefused() {
        var topic = new RequestsTopic(PoolName.DEFAULT, Lane.LOW);

        assertThatThrownBy(() -> new Position(topic, 1024, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Position(topic, 0, -1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Provide
    Arbitrary<RequestId> ids() {
        return Events.ids();
    }

    @Provide
    Arbitrary<RequestsTopic> topics() {
        return Events.topics();
    }
}

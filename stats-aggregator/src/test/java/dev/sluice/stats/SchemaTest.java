package dev.sluice.stats;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.protocol.ProtocolJson;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class SchemaTest {

    @Test
    void whatIsMissingOrUnknownIsFound() {
        ObjectNode empty = ProtocolJson.mapper().createObjectNode().put("surprise", 1);

        assertThatThrownBy(() -> Schema.check(empty))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("requests_per_second")
                .hasMessageContaining("surprise");
    }
}

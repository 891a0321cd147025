package dev.sluice.monitor.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.ProtocolJson;
import java.nio.charset.StandardCharsets;

/** The body of {@code PUT /nodes/gpu-a}. */
class NodeBodyFuzzTest {

    private static final String ID = "gpu-a";

    @FuzzTest
    void isTheNodeOfThePathOrSaysWhatIsWrong(byte[] input) {
        switch (NodeBody.parse(ID, new String(input, StandardCharsets.UTF_8))) {
            case NodeBody.NotJson not -> assertThat(not.why()).isNotBlank();
            case NodeBody.Invalid invalid ->
                    assertThat(invalid.problems()).isNotEmpty().noneMatch(String::isBlank);
            case NodeBody.Valid valid -> {
                assertThat(valid.node().id()).isEqualTo(ID);
                String json = ProtocolJson.mapper().writeValueAsString(valid.node());
                assertThat(NodeBody.parse(ID, json)).isEqualTo(valid);
            }
        }
    }
}

package dev.sluice.monitor.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.ProtocolJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A nodes file, whatever stands in it. */
class NodesFileFuzzTest {

    @FuzzTest
    void listsNodesOrSaysWhatIsWrong(byte[] input) {
        switch (NodesFile.parse(new String(input, StandardCharsets.UTF_8))) {
            case NodesFile.Invalid invalid ->
                    assertThat(invalid.problems()).isNotEmpty().noneMatch(String::isBlank);
            case NodesFile.Valid valid -> {
                List<String> ids = valid.nodes().stream().map(NodeSpec::id).toList();
                assertThat(ids).isSorted().doesNotHaveDuplicates();
                // JSON is YAML: written so, it is the same file
                String json =
                        ProtocolJson.mapper().writeValueAsString(Map.of("nodes", valid.nodes()));
                assertThat(NodesFile.parse(json)).isEqualTo(valid);
            }
        }
    }
}

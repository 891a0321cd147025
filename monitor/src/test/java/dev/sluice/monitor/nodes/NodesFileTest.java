package dev.sluice.monitor.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodesFileTest {

    private static final String GOOD =
            """
            # two nodes
            nodes:
              - id: gpu-b
                pool: gpu
                url: http://127.0.0.1:9002/v1
                rpm: 60
                bpm: 50000000
                max_in_flight: 4
                credential: openai-main
              - id: gpu-a
                url: http://127.0.0.1:9001
                rpm: 600
                bpm: 50000000
                max_in_flight: 32
            """;

    @Test
    void aFileListsNodesInOrderOfTheirIds() {
        var file = (NodesFile.Valid) NodesFile.parse(GOOD);

        assertThat(file.nodes())
                .containsExactly(
                        new NodeSpec(
                                "gpu-a",
                                PoolName.DEFAULT,
                                URI.create("http://127.0.0.1:9001"),
                                600,
                                50_000_000,
                                32,
                                Optional.empty()),
                        new NodeSpec(
                                "gpu-b",
                                new PoolName("gpu"),
                                URI.create("http://127.0.0.1:9002/v1"),
                                60,
                                50_000_000,
                                4,
                                Optional.of("openai-main")));
    }

    @Test
    void theDigestIsOfTheNodesAndNotOfHowTheyAreWritten() {
        String digest = ((NodesFile.Valid) NodesFile.parse(GOOD)).digest();
        String otherwise = GOOD.replace("# two nodes", "# the nodes").replace("600", "0600");
        String other = GOOD.replace("rpm: 600", "rpm: 601");

        assertThat(((NodesFile.Valid) NodesFile.parse(otherwise.replace("0600", "600"))).digest())
                .isEqualTo(digest);
        assertThat(((NodesFile.Valid) NodesFile.parse(other)).digest()).isNotEqualTo(digest);
    }

    @Test
    void noNodesIsAFileToo() {
        assertThat(((NodesFile.Valid) NodesFile.parse("nodes: []")).nodes()).isEmpty();
    }

    @Test
    void allMistakesAreNamedAtOnceEachWithItsPlace() {
        List<String> problems =
                problems(
                        """
                        node: 1
                        nodes:
                          - id: gpu-a
                            url: http://h:1
                            rpm: many
                            bpm: 1
                            max_in_flight: 1
                          - just text
                          - id: gpu-a
                            url: http://h:2
                            rpm: 1.5
                            bpm: 1
                            max_in_fligth: 1
                          - id: 7
                            url: http://h:3
                            rpm: 1
                            bpm: 0
                            max_in_flight: 1
                        """);

        assertThat(problems)
                .containsExactly(
                        "unknown key 'node'; there is only 'nodes'",
                        "nodes[0] (gpu-a): rpm must be a whole number",
                        "nodes[1]: must be a node with id, url and limits",
                        "nodes[2] (gpu-a): unknown key 'max_in_fligth'; known are bpm, credential,"
                                + " id, max_in_flight, pool, rpm, url",
                        "nodes[2] (gpu-a): rpm must be a whole number from 1 to 10000000, not 1.5",
                        "nodes[2] (gpu-a): max_in_flight is missing",
                        "nodes[2] (gpu-a): the id is already that of nodes[0]",
                        "nodes[3]: id must be a text: put it in quotes",
                        "nodes[3]: bpm must be a whole number from 1 to 1000000000000, not 0");
    }

    @Test
    void whatIsNoListOfNodesIsSaidInAWord() {
        assertThat(problems("")).singleElement().asString().startsWith("the file is empty");
        assertThat(problems("# only a comment\n"))
                .singleElement()
                .asString()
                .startsWith("the file is empty");
        assertThat(problems("- id: a"))
                .containsExactly("the file must have a list 'nodes' at the top");
        assertThat(problems("nodes: none")).containsExactly("'nodes' must be a list");
        assertThat(problems("nodes:")).containsExactly("'nodes' must be a list");
    }

    @Test
    void whatIsNotYamlIsNamedWithItsLine() {
        assertThat(problems("nodes:\n  - id: a\n   url: b\n"))
                .singleElement()
                .asString()
                .matches("line [34]: not YAML: .+");
        assertThat(problems("nodes: []\nnodes: []\n"))
                .singleElement()
                .asString()
                .startsWith("line 2: not YAML: ")
                .contains("nodes");
    }

    private static List<String> problems(String yaml) {
        return ((NodesFile.Invalid) NodesFile.parse(yaml)).problems();
    }
}

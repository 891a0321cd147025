package dev.sluice.monitor.nodes;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.ProtocolJson;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The nodes that a nodes file lists, or everything that is wrong with it. */
public sealed interface NodesFile {

    /**
     * A file without mistakes.
     *
     * @param nodes ordered by id
     * @param digest the same for files that list the same nodes, however they are written
     */
    record Valid(List<NodeSpec> nodes, String digest) implements NodesFile {}

    /** A file with mistakes, each with its place. */
    record Invalid(List<String> problems) implements NodesFile {}

    /** Reads a file's text. */
    static NodesFile parse(String yaml) {
        return Parser.parse(yaml);
    }

    /** Goes through a file once and notes every mistake on the way. */
    final class Parser {

        private static final YAMLMapper MAPPER =
                YAMLMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();

        private final List<String> problems = new ArrayList<>();
        private final Map<String, Integer> places = new HashMap<>();

        private Parser() {}

        private static NodesFile parse(String yaml) {
            try {
                return new Parser().read(MAPPER.readTree(yaml));
            } catch (JacksonException e) {
                int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
                String what = e.getOriginalMessage().lines().findFirst().orElse("");
                return new Invalid(
                        List.of((line > 0 ? "line " + line + ": " : "") + "not YAML: " + what));
            }
        }

        private NodesFile read(JsonNode root) {
            if (root.isMissingNode() || root.isNull()) {
                return new Invalid(List.of("the file is empty; without nodes write 'nodes: []'"));
            }
            if (!root.isObject()) {
                return new Invalid(List.of("the file must have a list 'nodes' at the top"));
            }
            for (String key : root.propertyNames()) {
                if (!key.equals("nodes")) {
                    problems.add("unknown key '" + key + "'; there is only 'nodes'");
                }
            }
            JsonNode list = root.path("nodes");
            var nodes = new ArrayList<NodeSpec>();
            if (list.isArray()) {
                for (int i = 0; i < list.size(); i++) {
                    node(i, list.get(i), nodes);
                }
            } else {
                problems.add("'nodes' must be a list");
            }
            if (!problems.isEmpty()) {
                return new Invalid(List.copyOf(problems));
            }
            nodes.sort(Comparator.comparing(NodeSpec::id));
            return new Valid(List.copyOf(nodes), digest(nodes));
        }

        private void node(int index, JsonNode item, List<NodeSpec> nodes) {
            JsonNode named = item.path("id");
            String place =
                    "nodes["
                            + index
                            + "]"
                            + (named.isString() ? " (" + named.asString() + ")" : "");
            if (!item.isObject()) {
                problems.add(place + ": must be a node with id, url and limits");
                return;
            }
            var fields = NodeFields.read(item, Optional.empty());
            var mine = new ArrayList<>(fields.problems());
            String id = fields.draft().id();
            if (id != null) {
                Integer before = places.putIfAbsent(id, index);
                if (before != null) {
                    mine.add("the id is already that of nodes[" + before + "]");
                }
            }
            mine.forEach(problem -> problems.add(place + ": " + problem));
            if (mine.isEmpty()) {
                nodes.add(fields.toSpec());
            }
        }

        private static String digest(List<NodeSpec> nodes) {
            try {
                byte[] text =
                        ProtocolJson.mapper()
                                .writeValueAsString(nodes)
                                .getBytes(StandardCharsets.UTF_8);
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
                return HexFormat.of().formatHex(hash);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }
}

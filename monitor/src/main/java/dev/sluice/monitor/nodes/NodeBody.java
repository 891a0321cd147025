package dev.sluice.monitor.nodes;

import dev.sluice.protocol.NodeSpec;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The node that the body of a request describes, or everything that is wrong with it. */
public sealed interface NodeBody {

    /** A body without mistakes. */
    record Valid(NodeSpec node) implements NodeBody {}

    /** JSON that is no node, or not the one that the path names. */
    record Invalid(List<String> problems) implements NodeBody {}

    /** Not JSON at all. */
    record NotJson(String why) implements NodeBody {}

    /**
     * Reads a body with the fields of the nodes file.
     *
     * @param id the node's; the body may leave it out, and may not name another
     */
    static NodeBody parse(String id, String body) {
        try {
            JsonNode root = Mapper.STRICT.readTree(body);
            if (!root.isObject()) {
                return new Invalid(List.of("the body must be an object with url and limits"));
            }
            var fields = NodeFields.read(root, Optional.of(id));
            return fields.problems().isEmpty()
                    ? new Valid(fields.toSpec())
                    : new Invalid(fields.problems());
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            String what = e.getOriginalMessage().lines().findFirst().orElse("");
            return new NotJson((line > 0 ? "line " + line + ": " : "") + what);
        }
    }

    /** Reads nothing that is written twice or goes on behind its end. */
    final class Mapper {
        private static final JsonMapper STRICT =
                JsonMapper.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                        .build();

        private Mapper() {}
    }
}

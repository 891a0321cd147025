package dev.sluice.monitor.nodes;

import dev.sluice.protocol.NodeDraft;
import dev.sluice.protocol.NodeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One node as somebody wrote it, in a nodes file or a request, and everything that is wrong with
 * it.
 *
 * @param problems each a sentence that begins with the field; empty when the draft is a node
 */
record NodeFields(NodeDraft draft, List<String> problems) {

    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("id", "pool", "url", "rpm", "bpm", "max_in_flight", "credential"));

    NodeFields {
        problems = List.copyOf(problems);
    }

    /**
     * Reads the fields of an object.
     *
     * @param named the id where it stands outside of the object too, which may then leave it out
     */
    static NodeFields read(JsonNode object, Optional<String> named) {
        var problems = new ArrayList<String>();
        for (String key : object.propertyNames()) {
            if (!KEYS.contains(key)) {
                problems.add("unknown key '" + key + "'; known are " + String.join(", ", KEYS));
            }
        }
        var wrongType = new TreeSet<String>();
        String inside = text(object, "id", wrongType);
        if (named.isPresent() && inside != null && !inside.equals(named.get())) {
            problems.add("id '%s' is not the one in the path, '%s'".formatted(inside, named.get()));
        }
        var draft =
                new NodeDraft(
                        named.orElse(inside),
                        text(object, "pool", wrongType),
                        text(object, "url", wrongType),
                        number(object, "rpm", wrongType),
                        number(object, "bpm", wrongType),
                        number(object, "max_in_flight", wrongType),
                        text(object, "credential", wrongType));
        problems.addAll(wrongType);
        for (String problem : draft.problems()) {
            // a value of the wrong type is there, though the draft has none
            if (wrongType.stream().noneMatch(w -> problem.equals(key(w) + " is missing"))) {
                problems.add(problem);
            }
        }
        return new NodeFields(draft, problems);
    }

    /** The node; only where there are no problems. */
    NodeSpec toSpec() {
        return draft.toSpec();
    }

    private static String key(String problem) {
        return problem.substring(0, problem.indexOf(' '));
    }

    private static @Nullable String text(JsonNode object, String key, Set<String> wrongType) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isString()) {
            wrongType.add(key + " must be a text: put it in quotes");
            return null;
        }
        return value.asString();
    }

    private static @Nullable Number number(JsonNode object, String key, Set<String> wrongType) {
        JsonNode value = object.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            wrongType.add(key + " must be a whole number");
            return null;
        }
        return value.numberValue();
    }
}

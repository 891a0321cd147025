package dev.sluice.deploy;

import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The steps of a JSON patch (RFC 6902) that our kustomizations use. */
final class JsonPatch {

    private JsonPatch() {}

    /** Takes one step. */
    static void apply(JsonNode step, ObjectNode object) {
        JsonPointer path = JsonPointer.compile(step.path("path").asString());
        JsonNode parent = object.at(path.head());
        String last = path.last().getMatchingProperty();
        switch (step.path("op").asString()) {
            case "add" -> {
                if (parent instanceof ArrayNode list && last.equals("-")) {
                    list.add(step.path("value").deepCopy());
                } else {
                    parent.asObject().set(last, step.path("value").deepCopy());
                }
            }
            case "remove" -> {
                if (parent.asObject().remove(last) == null) {
                    throw new IllegalArgumentException("nothing to remove: " + step);
                }
            }
            default -> throw new IllegalArgumentException("not a step that is used: " + step);
        }
    }
}

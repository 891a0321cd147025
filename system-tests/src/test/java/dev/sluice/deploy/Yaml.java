package dev.sluice.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Files of YAML documents, each an object. */
final class Yaml {

    private static final YAMLMapper MAPPER =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Yaml() {}

    static List<ObjectNode> documents(Path file) {
        return documents(text(file));
    }

    static List<ObjectNode> documents(String text) {
        var documents = new ArrayList<ObjectNode>();
        try (MappingIterator<JsonNode> all = MAPPER.readerFor(JsonNode.class).readValues(text)) {
            all.forEachRemaining(document -> documents.add(document.asObject()));
        }
        return documents;
    }

    static JsonNode value(String text) {
        return MAPPER.readTree(text);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.sluice.deploy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * As much of kustomize as our kustomizations use, so that they can be rendered where there is no
 * kubectl. Anything else in them is refused. Generated names get no hash.
 */
final class Kustomization {

    private static final Set<String> FIELDS =
            Set.of(
                    "apiVersion",
                    "kind",
                    "namespace",
                    "resources",
                    "components",
                    "configMapGenerator",
                    "images",
                    "patches");

    private final Path dir;
    private final JsonNode fields;

    private Kustomization(Path dir) {
        this.dir = dir;
        this.fields = Yaml.documents(dir.resolve("kustomization.yaml")).getFirst();
        if (!FIELDS.containsAll(fields.propertyNames())) {
            throw new IllegalArgumentException(dir + " has more than " + FIELDS + ": " + fields);
        }
    }

    /** All objects of the kustomization in this directory. */
    static List<ObjectNode> render(Path dir) {
        var objects = new ArrayList<ObjectNode>();
        new Kustomization(dir).addTo(objects);
        return objects;
    }

    private void addTo(List<ObjectNode> objects) {
        for (JsonNode resource : fields.path("resources")) {
            Path path = dir.resolve(resource.asString()).normalize();
            if (Files.isDirectory(path)) {
                objects.addAll(render(path));
            } else {
                objects.addAll(Yaml.documents(path));
            }
        }
        fields.path("configMapGenerator").forEach(map -> objects.add(configMap(map)));
        for (JsonNode component : fields.path("components")) {
            new Kustomization(dir.resolve(component.asString()).normalize()).addTo(objects);
        }
        fields.path("patches").forEach(patch -> patch(patch, objects));
        if (fields.has("namespace")) {
            objects.stream()
                    .filter(object -> !object.path("kind").asString().equals("Namespace"))
                    .forEach(
                            object ->
                                    object.withObject("/metadata")
                                            .set("namespace", fields.path("namespace")));
        }
        fields.path("images").forEach(image -> objects.forEach(o -> nameImage(image, o)));
    }

    private ObjectNode configMap(JsonNode generator) {
        Map<String, String> data = new LinkedHashMap<>();
        for (JsonNode file : generator.path("files")) {
            data.put(file.asString(), Yaml.text(dir.resolve(file.asString())));
        }
        for (JsonNode file : generator.path("envs")) {
            Yaml.text(dir.resolve(file.asString()))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("=", 2))
                    .forEach(pair -> data.put(pair[0], pair[1]));
        }
        ObjectNode map = JsonNodeFactory.instance.objectNode();
        map.put("apiVersion", "v1").put("kind", "ConfigMap");
        map.putObject("metadata").set("name", generator.path("name"));
        ObjectNode values = map.putObject("data");
        data.forEach(values::put);
        return map;
    }

    private static void patch(JsonNode patch, List<ObjectNode> objects) {
        JsonNode target = patch.path("target");
        List<ObjectNode> meant =
                objects.stream().filter(object -> isMeant(target, object)).toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException("a patch of nothing: " + target);
        }
        for (ObjectNode object : meant) {
            Yaml.value(patch.path("patch").asString())
                    .forEach(step -> JsonPatch.apply(step, object));
        }
    }

    private static boolean isMeant(JsonNode target, ObjectNode object) {
        String[] label = target.path("labelSelector").asString("").split("=", 2);
        return object.path("kind").equals(target.path("kind"))
                && (!target.has("name") || object.at("/metadata/name").equals(target.path("name")))
                && (label.length < 2
                        || object.at("/metadata/labels")
                                .path(label[0])
                                .asString("")
                                .equals(label[1]));
    }

    private static void nameImage(JsonNode image, ObjectNode object) {
        for (JsonNode container : object.at("/spec/template/spec/containers")) {
            if (container.path("image").equals(image.path("name"))) {
                String name = image.path("newName").asString(image.path("name").asString());
                container.asObject().put("image", name + ":" + image.path("newTag").asString());
            }
        }
    }
}

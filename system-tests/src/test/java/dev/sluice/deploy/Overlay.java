package dev.sluice.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** All objects of one of our overlays, and the Secrets of which it has examples. */
final class Overlay {

    static final Path MANIFESTS = Path.of("..", "deploy", "kubernetes");

    private static final String POD = "/spec/template/spec";

    private final List<ObjectNode> objects;
    private final List<ObjectNode> secrets;

    private Overlay(List<ObjectNode> objects, List<ObjectNode> secrets) {
        this.objects = objects;
        this.secrets = secrets;
    }

    static Path dir(String name) {
        return MANIFESTS.resolve("overlays").resolve(name);
    }

    static Overlay named(String name) {
        // the trial has no secrets of its own: those it may have are the same
        Path examples = dir("production").resolve("secrets.example.yaml");
        return new Overlay(Kustomization.render(dir(name)), Yaml.documents(examples));
    }

    List<ObjectNode> objects() {
        return objects;
    }

    List<ObjectNode> secrets() {
        return secrets;
    }

    List<ObjectNode> all(String kind) {
        return objects.stream().filter(o -> o.path("kind").asString().equals(kind)).toList();
    }

    List<ObjectNode> deployments() {
        return all("Deployment");
    }

    ObjectNode deployment(String name) {
        return named(all("Deployment"), name).orElseThrow();
    }

    static String name(JsonNode object) {
        return object.at("/metadata/name").asString();
    }

    static JsonNode container(JsonNode deployment) {
        return deployment.at(POD + "/containers/0");
    }

    static JsonNode pod(JsonNode deployment) {
        return deployment.at(POD);
    }

    /** The deployments whose pods this selector's {@code matchLabels} mean. */
    List<String> selected(JsonNode labels) {
        return deployments().stream()
                .filter(
                        deployment ->
                                labels.propertyStream()
                                        .allMatch(
                                                label ->
                                                        deployment
                                                                .at(
                                                                        "/spec/template/metadata/labels")
                                                                .path(label.getKey())
                                                                .equals(label.getValue())))
                .map(Overlay::name)
                .toList();
    }

    /** The data of a ConfigMap or a Secret, by key. */
    Optional<JsonNode> data(String kind, String name) {
        List<ObjectNode> all = kind.equals("Secret") ? secrets : all(kind);
        return named(all, name).map(o -> o.path(kind.equals("Secret") ? "stringData" : "data"));
    }

    /** The variables of a deployment's container, as the kubelet sets them. */
    Map<String, String> environment(JsonNode deployment) {
        var variables = new LinkedHashMap<String, String>();
        for (JsonNode from : container(deployment).path("envFrom")) {
            data("ConfigMap", from.at("/configMapRef/name").asString())
                    .orElseThrow()
                    .propertyStream()
                    .forEach(p -> variables.put(p.getKey(), p.getValue().asString()));
        }
        for (JsonNode variable : container(deployment).path("env")) {
            String value = value(variable);
            for (Map.Entry<String, String> known : List.copyOf(variables.entrySet())) {
                value = value.replace("$(" + known.getKey() + ")", known.getValue());
            }
            variables.put(variable.path("name").asString(), value);
        }
        return variables;
    }

    private String value(JsonNode variable) {
        JsonNode secret = variable.at("/valueFrom/secretKeyRef");
        if (!secret.isMissingNode()) {
            return data("Secret", secret.path("name").asString())
                    .map(data -> data.path(secret.path("key").asString()))
                    .orElseThrow()
                    .asString();
        }
        if (variable.at("/valueFrom/fieldRef/fieldPath").asString("").equals("status.podIP")) {
            return "10.1.2.3";
        }
        return variable.path("value").asString();
    }

    /** What the volumes of a deployment are made of. */
    List<JsonNode> volumeSources(JsonNode deployment) {
        var sources = new ArrayList<JsonNode>();
        pod(deployment).path("volumes").forEach(sources::add);
        return sources;
    }

    private static Optional<ObjectNode> named(List<ObjectNode> objects, String name) {
        Stream<ObjectNode> found = objects.stream().filter(o -> name(o).equals(name));
        return found.findFirst();
    }
}

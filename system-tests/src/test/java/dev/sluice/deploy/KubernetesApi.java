package dev.sluice.deploy;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonDeserializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sluice.protocol.ProtocolJson;
import io.kubernetes.client.custom.QuantityFormatException;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Secret;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscalerBehavior;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * The Kubernetes API as the official client knows it, generated from its OpenAPI description: what
 * an object may not say, and what it has to.
 */
final class KubernetesApi {

    // times stand in what a cluster adds, and in nothing of ours
    private static final Gson GSON =
            new GsonBuilder()
                    .registerTypeAdapter(
                            OffsetDateTime.class,
                            (JsonDeserializer<OffsetDateTime>)
                                    (text, type, context) ->
                                            OffsetDateTime.parse(text.getAsString()))
                    .create();

    private static final Map<String, Kind> KINDS =
            Map.ofEntries(
                    kind("v1", "Namespace", V1Namespace.class, V1Namespace::validateJsonElement),
                    kind("v1", "ConfigMap", V1ConfigMap.class, V1ConfigMap::validateJsonElement),
                    kind("v1", "Secret", V1Secret.class, V1Secret::validateJsonElement),
                    kind("v1", "Service", V1Service.class, V1Service::validateJsonElement),
                    kind(
                            "v1",
                            "ServiceAccount",
                            V1ServiceAccount.class,
                            V1ServiceAccount::validateJsonElement),
                    kind(
                            "apps/v1",
                            "Deployment",
                            V1Deployment.class,
                            V1Deployment::validateJsonElement),
                    kind(
                            "policy/v1",
                            "PodDisruptionBudget",
                            V1PodDisruptionBudget.class,
                            V1PodDisruptionBudget::validateJsonElement),
                    kind(
                            "autoscaling/v2",
                            "HorizontalPodAutoscaler",
                            V2HorizontalPodAutoscaler.class,
                            V2HorizontalPodAutoscaler::validateJsonElement),
                    kind(
                            "networking.k8s.io/v1",
                            "NetworkPolicy",
                            V1NetworkPolicy.class,
                            V1NetworkPolicy::validateJsonElement));

    private static final Kind BEHAVIOR =
            new Kind(
                    V2HorizontalPodAutoscalerBehavior.class,
                    V2HorizontalPodAutoscalerBehavior::validateJsonElement);

    private record Kind(Class<?> type, Rules rules) {}

    private interface Rules {
        void check(JsonElement object) throws IOException;
    }

    private final String scaledObject;

    /**
     * The API with KEDA's kind.
     *
     * @param scaledObject JSON schema of KEDA's ScaledObject
     */
    KubernetesApi(String scaledObject) {
        this.scaledObject = scaledObject;
    }

    private static Map.Entry<String, Kind> kind(
            String version, String name, Class<?> type, Rules rules) {
        return Map.entry(version + " " + name, new Kind(type, rules));
    }

    /** What is wrong with this object: fields unknown or missing, values of another type. */
    List<String> problems(JsonNode object) {
        String kind = object.path("apiVersion").asString() + " " + object.path("kind").asString();
        if (kind.equals("keda.sh/v1alpha1 ScaledObject")) {
            return problemsOfScaledObject(object);
        }
        return KINDS.containsKey(kind)
                ? problems(KINDS.get(kind), object)
                : List.of("no such kind: " + kind);
    }

    private static List<String> problems(Kind kind, JsonNode object) {
        JsonElement element = JsonParser.parseString(object.toString());
        try {
            kind.rules().check(element);
            var _ = GSON.fromJson(element, kind.type()); // numbers, quantities
            return List.of();
        } catch (IllegalArgumentException
                | JsonParseException
                | QuantityFormatException
                | IOException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private List<String> problemsOfScaledObject(JsonNode object) {
        var problems = new ArrayList<String>();
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(ProtocolJson.mapper().readTree(scaledObject))
                .validate(object)
                .stream()
                .map(Error::toString)
                .forEach(problems::add);
        JsonNode behavior = object.at("/spec/advanced/horizontalPodAutoscalerConfig/behavior");
        if (!behavior.isMissingNode()) {
            problems.addAll(problems(BEHAVIOR, behavior));
        }
        return problems;
    }
}

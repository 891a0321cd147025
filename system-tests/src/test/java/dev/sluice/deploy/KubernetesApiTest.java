package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Whether a cluster would take the manifests. */
class KubernetesApiTest {

    private static final String KEDA = "/deploy/keda-scaled-object.schema.json";

    private final KubernetesApi api = new KubernetesApi(resource(KEDA));

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void allObjectsAreAsTheApiHasThem(String overlay) {
        var rendered = Overlay.named(overlay);
        assertThat(rendered.objects()).hasSizeGreaterThan(15);
        assertThat(rendered.objects()).allSatisfy(this::assertValid);
        assertThat(rendered.secrets()).allSatisfy(this::assertValid);
    }

    private void assertValid(ObjectNode object) {
        assertThat(api.problems(object)).as(object::toPrettyString).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deployment | /spec/template/spec/containers/0 | imagePullPolicies | Always",
                "Deployment | /spec/template/spec/containers/0/readinessProbe | periodSecond | 5",
                "Deployment | /spec/template/spec/containers/0/resources/limits | memory | much",
                "Deployment | /spec/template/spec/securityContext | runAsNonroot | true",
                "Deployment | /spec/template/spec/volumes/0 | emptydir | {}",
                "Deployment | /spec | minReadySeconds | soon",
                "Service | /spec | port | 80",
                "PodDisruptionBudget | /spec | minAvailables | 1",
                "HorizontalPodAutoscaler | /spec | maxReplica | 3",
                "HorizontalPodAutoscaler | /spec/metrics/0/resource/target | average | 70",
                "NetworkPolicy | /spec/podSelector | matchLabel | {}",
                "ScaledObject | /spec | maxReplicas | 3",
                "ScaledObject | /spec/triggers/0/metadata | treshold | '1'",
                "ScaledObject | /spec/triggers/0/metadata | threshold | many",
                "ScaledObject | /spec/advanced/horizontalPodAutoscalerConfig/behavior | up | {}",
                "ConfigMap | /metadata | nam | x",
                "Namespace | '' | kind | Namespaces",
            })
    void aMistakeIsRefused(String kind, String parent, String field, String value) {
        ObjectNode object = Overlay.named("production").all(kind).getFirst();
        assertValid(object);
        object.at(parent).asObject().set(field, Yaml.value(value));
        assertThat(api.problems(object)).as(object::toPrettyString).isNotEmpty();
    }

    @Test
    void whatIsMissingIsTold() {
        var production = Overlay.named("production");
        ObjectNode ingress = production.deployment("ingress");
        ingress.withObject("/spec").remove("selector");
        ObjectNode scaled = production.all("ScaledObject").getFirst();
        scaled.withObject("/spec").remove("triggers");

        assertThat(api.problems(ingress)).singleElement().asString().contains("selector");
        assertThat(api.problems(scaled)).singleElement().asString().contains("triggers");
    }

    private static String resource(String name) {
        try (var in = Objects.requireNonNull(KubernetesApiTest.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}

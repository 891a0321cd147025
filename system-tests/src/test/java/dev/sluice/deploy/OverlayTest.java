package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.ingress.IngressSettings;
import dev.sluice.monitor.MonitorSettings;
import dev.sluice.monitor.nodes.NodesFile;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.stats.StatsSettings;
import dev.sluice.worker.WorkerSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Whether the parts of the manifests fit together, and what they start. */
class OverlayTest {

    // lets shards go, says the last things to the log, closes HTTP: what a worker's stop takes
    // beside its drain (Membership, Worker, HttpService)
    private static final int WORKER_STOP_SECONDS = 32;

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void everyServiceTakesItsSettings(String name) {
        var overlay = Overlay.named(name);
        assertThat(overlay.deployments())
                .extracting(Overlay::name)
                .containsExactlyInAnyOrder("ingress", "node-worker", "monitor", "stats-aggregator");
        for (ObjectNode deployment : overlay.deployments()) {
            Settings settings = Settings.of(overlay.environment(deployment), Map.of());
            settings.check(read(Overlay.name(deployment), settings));
            int port = Overlay.container(deployment).at("/ports/0/containerPort").asInt();
            assertThat(settings.effective())
                    .containsValue(Integer.toString(port))
                    .containsValue("http://10.1.2.3:" + port);
        }
    }

    /** Reads them as the service's main does, and returns the sections that are its own. */
    private static Set<String> read(String service, Settings settings) {
        var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        return switch (service) {
            case "ingress" -> {
                IngressSettings.read(settings, kafka);
                yield Set.of("lb", "queue", "kafka", "sluice");
            }
            case "node-worker" -> {
                WorkerSettings.read(settings);
                yield Set.of("worker", "credentials", "kafka", "sluice");
            }
            case "monitor" -> {
                MonitorSettings.read(settings);
                yield Set.of("monitor", "kafka", "sluice");
            }
            default -> {
                StatsSettings.read(settings);
                yield Set.of("stats", "kafka", "sluice");
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void everythingThatIsNamedIsThere(String name) {
        var overlay = Overlay.named(name);
        for (ObjectNode deployment : overlay.deployments()) {
            JsonNode pod = Overlay.pod(deployment);
            var volumes = new ArrayList<String>();
            for (JsonNode volume : pod.path("volumes")) {
                volumes.add(volume.path("name").asString());
                JsonNode secret = volume.path("secret");
                if (!secret.isMissingNode()) {
                    var data = overlay.data("Secret", secret.path("secretName").asString());
                    assertThat(data).isPresent();
                    secret.path("items")
                            .forEach(
                                    i ->
                                            assertThat(data.get().has(i.path("key").asString()))
                                                    .isTrue());
                }
                JsonNode map = volume.at("/configMap/name");
                assertThat(
                                map.isMissingNode()
                                        || overlay.data("ConfigMap", map.asString()).isPresent())
                        .as(map::toString)
                        .isTrue();
            }
            assertThat(Overlay.container(deployment).path("volumeMounts"))
                    .extracting(mount -> mount.path("name").asString())
                    .containsExactlyInAnyOrderElementsOf(volumes);
            assertThat(overlay.all("ServiceAccount"))
                    .extracting(Overlay::name)
                    .contains(pod.path("serviceAccountName").asString());
            assertThat(overlay.selected(deployment.at("/spec/selector/matchLabels")))
                    .containsExactly(Overlay.name(deployment));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void selectorsMeanOurPodsAndPortsAreTheirs(String name) {
        var overlay = Overlay.named(name);
        for (ObjectNode service : overlay.all("Service")) {
            assertThat(overlay.selected(service.at("/spec/selector")))
                    .containsExactly(Overlay.name(service));
            assertPort(service.at("/spec/ports/0/targetPort"));
        }
        for (ObjectNode budget : overlay.all("PodDisruptionBudget")) {
            assertThat(overlay.selected(budget.at("/spec/selector/matchLabels")))
                    .containsExactly(Overlay.name(budget));
        }
        for (ObjectNode policy : overlay.all("NetworkPolicy")) {
            assertThat(overlay.selected(policy.at("/spec/podSelector/matchLabels"))).isNotEmpty();
            for (JsonNode rule : policy.at("/spec/ingress")) {
                assertPort(rule.at("/ports/0/port"));
                for (JsonNode from : rule.path("from")) {
                    JsonNode pods = from.path("podSelector").path("matchLabels");
                    assertThat(from.has("namespaceSelector") || overlay.selected(pods).size() == 1)
                            .as(from::toString)
                            .isTrue();
                }
            }
        }
        for (ObjectNode deployment : overlay.deployments()) {
            JsonNode container = Overlay.container(deployment);
            assertPort(container.at("/ports/0/name"));
            for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
                assertPort(container.path(probe).at("/httpGet/port"));
                String path = container.path(probe).at("/httpGet/path").asString();
                assertThat(path).matches("/health|/lb-health|/lb-health\\?ready");
            }
            JsonNode annotations = deployment.at("/spec/template/metadata/annotations");
            assertThat(annotations.path("prometheus.io/port").asString())
                    .isEqualTo(container.at("/ports/0/containerPort").asString());
        }
    }

    private static void assertPort(JsonNode port) {
        assertThat(port.asString()).isEqualTo("http"); // the name that each container gives it
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void thosePoliciesApartNobodyReachesAWorker(String name) {
        var overlay = Overlay.named(name);
        List<ObjectNode> policies =
                overlay.all("NetworkPolicy").stream()
                        .filter(
                                policy ->
                                        overlay.selected(policy.at("/spec/podSelector/matchLabels"))
                                                .contains("node-worker"))
                        .toList();
        assertThat(policies).extracting(Overlay::name).contains("sluice-nobody", "node-worker");
        assertThat(policies.stream().flatMap(p -> p.at("/spec/ingress").valueStream()))
                .allSatisfy(rule -> assertThat(rule.path("from").size()).isPositive());
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void podsMayDoNothingBesideTheirWork(String name) {
        for (ObjectNode deployment : Overlay.named(name).deployments()) {
            JsonNode pod = Overlay.pod(deployment);
            JsonNode container = Overlay.container(deployment);
            assertThat(pod.path("containers")).hasSize(1);
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/runAsUser").asInt()).isEqualTo(10001);
            assertThat(pod.at("/securityContext/seccompProfile/type").asString())
                    .isEqualTo("RuntimeDefault");
            JsonNode security = container.path("securityContext");
            assertThat(security.path("readOnlyRootFilesystem").asBoolean()).isTrue();
            assertThat(security.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
            assertThat(security.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
            assertThat(container.at("/resources/limits/memory"))
                    .isEqualTo(container.at("/resources/requests/memory"));
        }
    }

    @Test
    void aWorkerHasTheTimeThatItsStopTakes() {
        var overlay = Overlay.named("production");
        ObjectNode worker = overlay.deployment("node-worker");
        int drain = Integer.parseInt(overlay.environment(worker).get("WORKER_DRAIN_SECONDS"));
        assertThat(Overlay.pod(worker).path("terminationGracePeriodSeconds").asInt())
                .isGreaterThanOrEqualTo(drain + WORKER_STOP_SECONDS);
    }

    @Test
    void whatAnAutoscalerSetsIsNotSetByUs() {
        var overlay = Overlay.named("production");
        var scaled = new ArrayList<ObjectNode>(overlay.all("HorizontalPodAutoscaler"));
        scaled.addAll(overlay.all("ScaledObject"));
        assertThat(scaled)
                .extracting(o -> o.at("/spec/scaleTargetRef/name").asString())
                .containsExactly("ingress", "node-worker");
        for (ObjectNode autoscaler : scaled) {
            String target = autoscaler.at("/spec/scaleTargetRef/name").asString();
            assertThat(overlay.deployment(target).path("spec").has("replicas")).isFalse();
        }
        String shards =
                overlay.data("ConfigMap", "sluice-kafka")
                        .orElseThrow()
                        .path("SLUICE_SHARDS")
                        .asString();
        assertThat(overlay.all("ScaledObject").getFirst().at("/spec/maxReplicaCount").asString())
                .isEqualTo(shards);
    }

    @Test
    void theQueryAsksForSeriesThatThereAre() {
        String query =
                Overlay.named("production")
                        .all("ScaledObject")
                        .getFirst()
                        .at("/spec/triggers/0/metadata/query")
                        .asString();
        var asked = new TreeSet<String>();
        Pattern.compile("sluice_\\w+").matcher(query).results().forEach(r -> asked.add(r.group()));
        // the page is held to what the services show by a test of its own
        String page = Yaml.text(Path.of("..", "docs", "metrics.md"));
        assertThat(asked)
                .containsExactly("sluice_gate_limit_used_ratio", "sluice_pool_queued")
                .allSatisfy(series -> assertThat(page).contains("| `" + series + "` |"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"trial", "production"})
    void theNodesFileIsOneAndItsCredentialsHaveAnExample(String name) {
        var overlay = Overlay.named(name);
        String yaml =
                overlay.data("ConfigMap", "sluice-nodes")
                        .orElseThrow()
                        .path("nodes.yaml")
                        .asString();
        assertThat(NodesFile.parse(yaml)).isInstanceOf(NodesFile.Valid.class);
        if (NodesFile.parse(yaml) instanceof NodesFile.Valid(var nodes, var _)) {
            JsonNode credentials = overlay.data("Secret", "sluice-credentials").orElseThrow();
            nodes.stream()
                    .map(NodeSpec::credential)
                    .flatMap(Optional::stream)
                    .forEach(
                            c ->
                                    assertThat(credentials.has(c) && credentials.has(c + ".hosts"))
                                            .isTrue());
        }
    }
}

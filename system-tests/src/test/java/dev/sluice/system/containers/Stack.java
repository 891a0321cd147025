package dev.sluice.system.containers;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerNetwork;
import dev.sluice.system.containers.Docker.Ran;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.ComposeContainer;

/** {@code docker-compose.yml} as it is shipped, up and running, and the faults that it can have. */
final class Stack implements AutoCloseable {

    static final String TOKEN = "admin-of-the-container-tests";
    private static final String PROJECT = "sluicetest" + ProcessHandle.current().pid();
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(4);
    private static final Duration COMMAND = Duration.ofMinutes(3);

    private final String project;
    private final Map<String, String> environment = new HashMap<>();
    private final int ingressPort = freePort();
    private final int monitorPort = freePort();
    private final int statsPort = freePort();
    private final DockerClient docker = DockerClientFactory.lazyClient();
    private final ComposeContainer compose;

    /** Builds the images where that is due, and starts one container of each service. */
    Stack(Path dir) {
        environment.put("SLUICE_VERSION", Docker.builtImages());
        environment.put("COMPOSE_PROFILES", "");
        environment.put("SLUICE_ADMIN_TOKEN", TOKEN);
        environment.put("LB_PORTS", String.valueOf(ingressPort));
        environment.put("MONITOR_PORT", String.valueOf(monitorPort));
        environment.put("STATS_PORT", String.valueOf(statsPort));
        environment.put("KAFKA_PORT", String.valueOf(freePort()));
        environment.put("NODES_FILE", noNodes(dir).toString());
        compose =
                new ComposeContainer(PROJECT, Docker.composeFile())
                        .withEnv(environment)
                        .withPull(false)
                        .withTailChildContainers(false);
        compose.start();
        var ingress = compose.getContainerByServiceName("ingress-1").orElseThrow();
        // Testcontainers makes the name its own by adding to it
        var labels = ingress.getContainerInfo().getConfig().getLabels();
        project = required(labels, "com.docker.compose.project");
        awaitHealthy();
    }

    private static Path noNodes(Path dir) {
        try {
            // tests put nodes while it runs
            return Files.writeString(dir.resolve("nodes.yaml"), "nodes: []\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> T required(@Nullable Map<String, T> map, String key) {
        return Objects.requireNonNull(Objects.requireNonNull(map).get(key));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String ingressUrl() {
        return "http://127.0.0.1:" + ingressPort;
    }

    String monitorUrl() {
        return "http://127.0.0.1:" + monitorPort;
    }

    String statsUrl() {
        return "http://127.0.0.1:" + statsPort;
    }

    /** This machine, as the containers see it. */
    InetAddress host() {
        try {
            var inspected = docker.inspectContainerCmd(one("ingress")).exec();
            var networks = inspected.getNetworkSettings().getNetworks();
            return InetAddress.getByName(required(networks, network("front")).getGateway());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String network(String name) {
        return project + "_" + name;
    }

    // --- containers ------------------------------------------------------------------------------

    /** The containers of a service, those that do not run included. */
    List<String> all(String service) {
        return docker
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(
                        Map.of(
                                "com.docker.compose.project", project,
                                "com.docker.compose.service", service,
                                "com.docker.compose.oneoff", "False"))
                .exec()
                .stream()
                .map(Container::getId)
                .toList();
    }

    /** The one container of a service that has one. */
    String one(String service) {
        List<String> all = all(service);
        if (all.size() != 1) {
            throw new IllegalStateException(service + " has " + all.size() + " containers");
        }
        return all.getFirst();
    }

    /** Has so many containers of a service, which are healthy then. */
    void scale(String service, int count) {
        docker(
                COMMAND,
                "up",
                "-d",
                "--no-build",
                "--no-recreate",
                "--no-deps",
                "--scale",
                service + "=" + count,
                service);
        awaitHealthy();
    }

    /** SIGKILL: nothing is said to anybody. */
    void kill(String container) {
        docker.killContainerCmd(container).exec();
    }

    void start(String container) {
        docker.startContainerCmd(container).exec();
    }

    /** Stands still, its connections too. */
    void pause(String container) {
        docker.pauseContainerCmd(container).exec();
    }

    void resume(String container) {
        docker.unpauseContainerCmd(container).exec();
    }

    /** From now on, this container cannot reach the broker, nor the other way round. */
    void cutFromLog(String container) {
        docker.disconnectFromNetworkCmd()
                .withContainerId(container)
                .withNetworkId(network("log"))
                .withForce(true)
                .exec();
    }

    void joinLog(String container, String service) {
        docker.connectToNetworkCmd()
                .withContainerId(container)
                .withNetworkId(network("log"))
                .withContainerNetwork(new ContainerNetwork().withAliases(service))
                .exec();
    }

    boolean isHealthy(String container) {
        var state = docker.inspectContainerCmd(container).exec().getState();
        var health = state.getHealth();
        return Boolean.TRUE.equals(state.getRunning())
                && health != null
                && "healthy".equals(health.getStatus());
    }

    /** Waits until all that there is is healthy. */
    void awaitHealthy() {
        for (String service :
                List.of("kafka", "ingress", "node-worker", "monitor", "stats-aggregator")) {
            await(service)
                    .atMost(STARTS_WITHIN)
                    .pollInterval(Duration.ofMillis(500))
                    .until(
                            () ->
                                    !all(service).isEmpty()
                                            && all(service).stream().allMatch(this::isHealthy));
        }
    }

    // --- the command line ------------------------------------------------------------------------

    /** {@code sluice audit}, in a container of its own. */
    Ran audit() {
        return compose(
                COMMAND, "--profile", "cli", "run", "--rm", "-T", "--no-deps", "cli", "audit");
    }

    private void docker(Duration limit, String... words) {
        Ran ran = compose(limit, words);
        if (ran.exitCode() != 0) {
            throw new IllegalStateException(Arrays.toString(words) + ":\n" + ran.output());
        }
    }

    private Ran compose(Duration limit, String... words) {
        var command = new ArrayList<>(List.of("docker", "compose", "-p", project));
        command.addAll(List.of(words));
        return Docker.run(limit, environment, command);
    }

    @Override
    public void close() {
        compose.stop();
    }
}

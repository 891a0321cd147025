package dev.sluice.cli.up;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everything that is settled before anything starts: the checked settings and ports of every part.
 *
 * @param embeddedKafka where the embedded broker listens; empty: a broker is there already
 * @param demoPort first port of the demo nodes, 0 for free ones
 * @param demoNodes whether the three demo nodes run
 * @param demoBefore whether an earlier start may have registered demo nodes
 */
record Plan(
        UpOptions options,
        KafkaSettings kafka,
        Optional<Port> embeddedKafka,
        int demoPort,
        boolean demoNodes,
        boolean demoBefore,
        ServicePorts ports,
        ServiceSettings services) {

    private static final String BOOTSTRAP = "kafka.bootstrap.servers";
    private static final String BOOTSTRAP_VARIABLE = "KAFKA_BOOTSTRAP_SERVERS";
    private static final String DASHBOARD = "dashboard.ui-url";
    private static final String NODES_FILE = "sluice.nodes-file";

    /** Every section that a part of {@code up} reads. */
    private static final Set<String> SECTIONS =
            Set.of("lb", "queue", "worker", "credentials", "monitor", "stats", "sluice", "kafka");

    /** Where the services listen. */
    record ServicePorts(Port ingress, Port stats, Port worker, Port monitor) {
        List<Port> all() {
            return List.of(ingress, stats, worker, monitor);
        }
    }

    /**
     * Reads and checks the settings of all parts.
     *
     * @throws dev.sluice.chassis.settings.SettingsException with everything that is wrong
     */
    static Plan read(UpOptions options, Map<String, String> environment) {
        var over = new HashMap<String, String>();
        options.workers().ifPresent(count -> over.put("worker.count", count.toString()));
        options.nodesFile().ifPresent(file -> over.put(NODES_FILE, file.toString()));
        var wanted = Settings.of(environment, over);
        boolean named = wanted.text(NODES_FILE).isPresent();
        boolean demoNodes = options.demoNodes() && !named;
        boolean demoBefore = !named && Files.exists(options.demoNodesFile());
        if (demoNodes || demoBefore) {
            over.put(NODES_FILE, options.demoNodesFile().toString());
        }
        Optional<String> there = options.kafka().or(() -> wanted.text(BOOTSTRAP));
        var chosen = Port.chosen(wantedPorts(wanted));
        var ports = new ServicePorts(chosen.get(0), chosen.get(1), chosen.get(2), chosen.get(3));
        Port kafkaPort = chosen.get(4);

        // A chosen port goes over a 0 only: a value that is wrong is to be reported as it stands.
        chosen.stream()
                .filter(port -> wanted.port(port.key(), port.number()) == 0)
                .forEach(port -> over.put(port.key(), Integer.toString(port.number())));
        if (wanted.text(DASHBOARD).isEmpty()) {
            over.put(DASHBOARD, "http://" + ports.stats().addressHere());
        }
        over.put(BOOTSTRAP, there.orElse(kafkaPort.address()));
        var without = new HashMap<>(environment);
        without.remove(BOOTSTRAP_VARIABLE); // in an open section the environment goes over all else
        var settings = Settings.of(without, over);
        var kafka = KafkaSettings.read(settings, KafkaClients.knownKeys());
        Port.loopback(settings, "kafka", 9092); // the others are read by their services
        var services = ServiceSettings.read(settings, kafka);
        int demoPort = settings.number("demo.port", 9101, 0, 65_533, "(a TCP port, or 0)");
        settings.check(SECTIONS);
        return new Plan(
                options,
                kafka,
                there.isPresent() ? Optional.empty() : Optional.of(kafkaPort),
                demoPort,
                demoNodes,
                demoBefore,
                ports,
                services);
    }

    /** The same with this token for those who change nodes and replay requests. */
    Plan withAdminToken(Secret token) {
        return new Plan(
                options,
                kafka,
                embeddedKafka,
                demoPort,
                demoNodes,
                demoBefore,
                ports,
                services.withAdminToken(token));
    }

    /** The same with these settings of the Kafka clients. */
    Plan withKafka(KafkaSettings settings) {
        return new Plan(
                options, settings, embeddedKafka, demoPort, demoNodes, demoBefore, ports, services);
    }

    String bootstrapServers() {
        return String.valueOf(kafka.client().get("bootstrap.servers"));
    }

    /**
     * Looks at all ports before anything starts, so that all that are taken are told at once.
     *
     * @throws StartException with each port and the variable that sets it
     */
    void requirePortsFree() throws StartException {
        var all = new ArrayList<>(ports.all());
        embeddedKafka.ifPresent(all::add);
        List<String> problems = Port.problems(all);
        if (!problems.isEmpty()) {
            throw new StartException(String.join("\n", problems));
        }
    }

    private static List<Port> wantedPorts(Settings settings) {
        return List.of(
                Port.read(settings, "lb", 7100),
                Port.read(settings, "stats", 7200),
                Port.read(settings, "worker", 7300),
                Port.read(settings, "monitor", 7400),
                Port.loopback(settings, "kafka", 9092));
    }
}

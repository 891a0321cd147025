package dev.sluice.system;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.LogReadException;
import dev.sluice.chassis.settings.KafkaSettings;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.SluiceMain;
import dev.sluice.cli.audit.AuditReport;
import dev.sluice.cli.audit.kafka.Audit;
import dev.sluice.cli.kafka.BrokerLogin;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** {@code sluice up} in a JVM of its own, which can be killed. */
final class UpProcess extends JavaProcess {

    private final Path data;

    private UpProcess(Path dir, List<String> command, Map<String, String> environment) {
        super(dir, "up", command, environment);
        this.data = dir.resolve("data");
    }

    /** Starts it on free ports, which {@code environment} may set. */
    static UpProcess start(Path dir, Map<String, String> environment, String... arguments) {
        var command = new ArrayList<String>();
        command.addAll(
                List.of(
                        "-Xmx512m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        SluiceMain.class.getName(),
                        "up",
                        "--data",
                        dir.resolve("data").toString()));
        command.addAll(List.of(arguments));
        var variables = new HashMap<String, String>();
        for (String part : List.of("LB", "STATS", "WORKER", "MONITOR", "KAFKA")) {
            variables.put(part + "_PORT", "0");
        }
        // a busy machine is not to be told as a broker that is away
        variables.put("LB_APPEND_TIMEOUT_MS", "30000");
        variables.put("LB_LOOKUP_TIMEOUT_MS", "30000");
        variables.putAll(environment);
        return new UpProcess(dir, command, variables);
    }

    /** Waits until it says that it is ready. */
    UpProcess ready() {
        awaitOutput("Ctrl-C stops");
        return this;
    }

    /** A client of the service that it printed under this name. */
    Client client(String service) {
        var line = Pattern.compile("(?m)^  " + service + " +(http://\\S+)").matcher(output());
        if (!line.find()) {
            throw new AssertionError("no " + service + " in:\n" + output());
        }
        return new Client(line.group(1));
    }

    /** What its log says by now. */
    AuditReport audit() throws LogReadException, InterruptedException {
        return Audit.run(
                BrokerLogin.find(open(), Optional.of(data)), InstantSource.system().instant());
    }

    /** Its broker as somebody sees it who knows nothing but the port. */
    KafkaSettings open() {
        var line = Pattern.compile("(?m)^  Kafka +(\\S+:\\d+)").matcher(output());
        if (!line.find()) {
            throw new AssertionError("no Kafka in:\n" + output());
        }
        var settings = Settings.of(Map.of("KAFKA_BOOTSTRAP_SERVERS", line.group(1)), Map.of());
        return KafkaSettings.read(settings, KafkaClients.knownKeys());
    }

    /** Where it keeps what stays. */
    Path data() {
        return data;
    }
}

package dev.sluice.system;

import dev.sluice.worker.WorkerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A node-worker in a JVM of its own: it can be killed, and made to stand still. */
final class WorkerProcess extends JavaProcess {

    private volatile boolean stopped;

    private WorkerProcess(Path dir, List<String> command, Map<String, String> environment) {
        super(dir, "worker", command, environment);
    }

    /**
     * Starts one on a free port, which {@code variables} may set.
     *
     * @param jvmOptions besides those that each has
     */
    static WorkerProcess start(
            Path dir,
            String bootstrapServers,
            Map<String, String> variables,
            String... jvmOptions) {
        var command = new ArrayList<String>();
        command.add("-Xmx256m");
        command.add("-Dlogback.configurationFile=logback.xml"); // not that of the tests
        command.addAll(List.of(jvmOptions));
        command.add(WorkerMain.class.getName());
        var environment = new HashMap<String, String>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("WORKER_PORT", "0");
        environment.putAll(variables);
        return new WorkerProcess(dir, command, environment);
    }

    /** Waits until it has taken shards. */
    WorkerProcess ready() {
        awaitOutput("takes shards");
        return this;
    }

    /** SIGSTOP: it stands still until {@link #goOn}. */
    void standStill() {
        signal("STOP");
        stopped = true;
    }

    void goOn() {
        signal("CONT");
        stopped = false;
    }

    boolean standsStill() {
        return stopped;
    }
}

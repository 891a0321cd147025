package dev.sluice.system;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A {@code sluice up} that is ready, seen from outside: its services, its process, its log. */
public final class RunningUp implements AutoCloseable {

    private final UpProcess process;

    private RunningUp(UpProcess process) {
        this.process = process;
    }

    /** Starts it on free ports, with its own log settings, and waits until it is ready. */
    public static RunningUp start(Path dir, Map<String, String> environment, String... arguments) {
        var variables = new HashMap<>(environment);
        // not that of the tests: what it logs is looked at
        variables.put("JAVA_TOOL_OPTIONS", "-Dlogback.configurationFile=logback.xml");
        return new RunningUp(UpProcess.start(dir, variables, arguments).ready());
    }

    /** A client of the service that it printed under this name. */
    public Client client(String service) {
        return process.client(service);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** All that it has printed. */
    public String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}

package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.embedded.BrokerSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A broker in a child JVM, for tests that kill it.
 *
 * <p>Parent and child share a socket: the child says on it that it is ready, and ends when it is
 * closed, so it never outlives its parent.
 */
public final class BrokerProcess implements AutoCloseable {

    private static final int START_TIMEOUT_MILLIS = 60_000;
    private static final int STOP_TIMEOUT_SECONDS = 60;

    private final List<String> jvmOptions;
    private final Path log;
    private BrokerSettings settings;
    private @Nullable Running running;

    private record Running(Process process, Socket control) {}

    private BrokerProcess(BrokerSettings settings, List<String> jvmOptions) throws IOException {
        this.settings = settings;
        this.jvmOptions = List.copyOf(jvmOptions);
        this.log = Files.createTempFile("sluice-broker-", ".log");
    }

    /** A small JVM whose broker is ready; its data stand in {@code dir}, which the test removes. */
    public static BrokerProcess start(Path dir) {
        return start(
                BrokerSettings.in(dir),
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    }

    public static BrokerProcess start(BrokerSettings settings, List<String> jvmOptions) {
        try {
            var broker = new BrokerProcess(settings, jvmOptions);
            broker.start();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + settings.port();
    }

    public long pid() {
        return running().process.pid();
    }

    /** Starts it again after {@link #kill} or {@link #stop}: same ports, same data. */
    public void start() {
        if (running != null) {
            throw new IllegalStateException("already running");
        }
        try (var control = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            control.setSoTimeout(START_TIMEOUT_MILLIS);
            running = await(launch(control.getLocalPort()), control);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a crash: SIGKILL. */
    public void kill() {
        var ended = running();
        ended.process.destroyForcibly().onExit().join();
        end(ended);
    }

    /** In order, and by force if it takes too long. */
    public void stop() {
        var ended = running();
        try {
            ended.control.shutdownOutput();
            if (!ended.process.waitFor(STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the broker did not stop:\n" + tailOfLog());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            ended.process.destroyForcibly().onExit().join();
            end(ended);
        }
    }

    @Override
    public void close() {
        if (running != null) {
            stop();
        }
        try {
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Running running() {
        if (running == null) {
            throw new IllegalStateException("not running");
        }
        return running;
    }

    private void end(Running ended) {
        try {
            ended.control.close();
            running = null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process launch(int controlPort) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(BrokerProcessMain.class.getName());
        command.add(Integer.toString(controlPort));
        command.add(Integer.toString(settings.port()));
        command.add(Integer.toString(settings.controllerPort()));
        command.add(settings.dir().toString());
        settings.more().forEach((name, value) -> command.add(name + "=" + value));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private Running await(Process process, ServerSocket control) throws IOException {
        // Ends the wait if the child ends before it could say anything.
        var _ = process.onExit().thenRun(() -> closeQuietly(control));
        try {
            var socket = control.accept();
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            var line = in.readLine();
            if (line == null) {
                throw new SocketException("no word from the broker");
            }
            var ports = line.split(" ", -1);
            settings =
                    settings.withPort(Integer.parseInt(ports[0]))
                            .withControllerPort(Integer.parseInt(ports[1]));
            return new Running(process, socket);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IllegalStateException("the broker did not start:\n" + tailOfLog(), e);
        }
    }

    private String tailOfLog() {
        try {
            var lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    private static void closeQuietly(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.sluice.system;

import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/**
 * Worker processes that reach each other through proxies, one for each way, so that the way from
 * one of them to another can be cut while all others stay open.
 *
 * <p>A worker announces one URL for all. Its host is a name that each process looks up in a hosts
 * file of its own, and finds another loopback address under: there its own proxy listens.
 */
final class LinkedWorkers implements AutoCloseable {

    /** How a way is cut. */
    enum Cut {
        /** Connections are reset, and further ones refused: nobody listens there. */
        REFUSED {
            @Override
            void begin(TcpProxy way) {
                way.refuse();
                way.resetAll();
            }

            @Override
            void end(TcpProxy way) {
                way.accept();
            }
        },
        /** Connections are kept and taken, and nothing passes: a black hole. */
        SILENT {
            @Override
            void begin(TcpProxy way) {
                way.pause();
            }

            @Override
            void end(TcpProxy way) {
                way.resume();
            }
        };

        abstract void begin(TcpProxy way);

        abstract void end(TcpProxy way);
    }

    // also on a machine that is full
    private static final Duration STARTS_WITHIN = Duration.ofMinutes(2);

    /** From the worker that asks to the one that keeps. */
    private record Way(int from, int to) {}

    private final Map<Way, TcpProxy> ways = new HashMap<>();
    private final List<Supplier<WorkerProcess>> starts = new ArrayList<>();
    private final List<WorkerProcess> processes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    private LinkedWorkers() {}

    /** Starts so many, each with these variables. */
    static LinkedWorkers start(
            Path dir, String bootstrapServers, int count, Map<String, String> variables) {
        var workers = new LinkedWorkers();
        List<Integer> ports = FreePorts.take(count);
        for (int i = 0; i < count; i++) {
            workers.clients.add(new Client("http://127.0.0.1:" + ports.get(i)));
            var environment = new HashMap<>(variables);
            environment.put("WORKER_HOST", "127.0.0.1");
            environment.put("WORKER_PORT", ports.get(i).toString());
            environment.put("WORKER_ADVERTISED_URL", "http://" + name(i) + ":" + ports.get(i));
            Path hosts = workers.waysFrom(i, ports, dir);
            String option = "-Djdk.net.hosts.file=" + hosts;
            workers.starts.add(
                    () -> WorkerProcess.start(dir, bootstrapServers, environment, option));
            workers.processes.add(workers.starts.getLast().get());
        }
        return workers;
    }

    /** Opens the ways of one to all others; a hosts file that leads there. */
    private Path waysFrom(int from, List<Integer> ports, Path dir) {
        var hosts = new StringBuilder("127.0.0.1 localhost\n");
        try {
            for (int to = 0; to < ports.size(); to++) {
                if (to != from) {
                    var address = InetAddress.getByAddress(new byte[] {127, 1, (byte) from, 1});
                    var on = new InetSocketAddress(address, ports.get(to));
                    ways.put(new Way(from, to), TcpProxy.to(ports.get(to), on));
                    hosts.append(address.getHostAddress()).append(' ').append(name(to));
                    hosts.append('\n');
                }
            }
            return Files.writeString(dir.resolve("hosts-" + from), hosts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(int worker) {
        return "worker-" + worker + ".test";
    }

    int count() {
        return processes.size();
    }

    /** Waits until each has taken shards. */
    void ready() {
        for (int i = 0; i < count(); i++) {
            int worker = i;
            await().atMost(STARTS_WITHIN).until(() -> hasStarted(worker));
            processes.get(worker).ready();
        }
    }

    /** As a supervisor does: one that found no broker in time is started again. */
    private boolean hasStarted(int worker) {
        WorkerProcess process = processes.get(worker);
        if (!process.isAlive() && process.output().contains("does not start: ")) {
            processes.set(worker, starts.get(worker).get());
            return false;
        }
        return !process.isAlive() || process.output().contains("takes shards");
    }

    /** The shards that it owns. */
    List<Integer> shards(int worker) {
        var shards = new ArrayList<Integer>();
        for (JsonNode shard : clients.get(worker).stats().at("/workers/0/shards")) {
            shards.add(shard.asInt());
        }
        return shards;
    }

    boolean keeps(int worker, String pool) {
        return clients.get(worker).stats().path("pools").path(pool).path("kept_here").asBoolean();
    }

    /** The one that keeps this pool. */
    int keeperOf(String pool) {
        return IntStream.range(0, count()).filter(i -> keeps(i, pool)).findFirst().orElseThrow();
    }

    void cut(int from, int to, Cut cut) {
        cut.begin(way(from, to));
    }

    void heal(int from, int to, Cut cut) {
        cut.end(way(from, to));
    }

    private TcpProxy way(int from, int to) {
        return Objects.requireNonNull(ways.get(new Way(from, to)));
    }

    /** All that a worker has printed. */
    String output(int worker) {
        return processes.get(worker).output();
    }

    @Override
    public void close() {
        processes.forEach(WorkerProcess::close);
        ways.values().forEach(TcpProxy::close);
    }
}

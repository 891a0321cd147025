package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.ClientCase.HOST;
import static dev.sluice.system.hostile.ClientCase.INGRESS;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * What goes on for longer, while others are to be served.
 *
 * @param name of the attack
 * @param launch begins it
 */
record Attack(String name, Launch launch) {

    /** One that goes on until it is closed. */
    interface Running extends AutoCloseable {

        /** What its connections got by now, and how often. */
        Map<String, Integer> got();

        @Override
        void close();
    }

    /** Begins an attack with so many connections. */
    @FunctionalInterface
    interface Launch {
        Running start(AttackedSluice sluice, int connections);
    }

    private static final Duration DRIP = Duration.ofSeconds(1);
    private static final String WAIT = "Prefer: wait=300\r\nContent-Length: 1\r\n\r\nx";

    static List<Attack> all() {
        String body = "POST /queue/polite/x HTTP/1.1\r\n" + HOST + "Content-Length: 65536\r\n\r\n";
        String proxied = "POST /up/x HTTP/1.1\r\n" + HOST + "Content-Length: 65536\r\n\r\n";
        String waits = "POST /queue/shut/x HTTP/1.1\r\n" + HOST + WAIT;
        return List.of(
                new Attack("64 KiB are announced and drip", crowd(INGRESS, body, "b")),
                new Attack("64 KiB are announced and drip, proxied", crowd(INGRESS, proxied, "b")),
                new Attack("header fields drip", crowd(INGRESS, "GET / HTTP/1.1\r\nX: ", "v")),
                new Attack("connections say nothing", crowd(INGRESS, "", "")),
                new Attack("connections to the monitor say nothing", crowd("monitor", "", "")),
                new Attack("clients wait", crowd(INGRESS, waits, "")),
                new Attack("clients wait and leave", loop(waits)),
                new Attack("bad requests", loop("POST / HTTP/1.1\r\nX\r\n\r\n")),
                new Attack(
                        "bodies break off",
                        loop("POST / HTTP/1.1\r\n" + HOST + "Content-Length: 9\r\n\r\nx")),
                new Attack("connections come and go", loop("")),
                new Attack("answers of 3 MiB are not read", Attack::unread),
                new Attack("statistics are not read", crowd("statistics", stream(), "")),
                new Attack("connections to the broker say nothing", Attack::broker),
                new Attack("a node sends endless fields", node("endless-fields")),
                new Attack("a node sends endless interim answers", node("endless-interim")),
                new Attack("a node is silent", node("silence")));
    }

    private static String stream() {
        return "GET /stats/stream HTTP/1.1\r\n" + HOST + "\r\n";
    }

    /** Connections that each send this at once, and that each second. */
    private static Launch crowd(String service, String first, String drip) {
        return (sluice, connections) ->
                dripping(
                        new Crowd(sluice.port(service), Cases.nextAddress(), connections, first),
                        drip);
    }

    private static Running broker(AttackedSluice sluice, int connections) {
        return dripping(new Crowd(sluice.brokerPort(), Cases.nextAddress(), connections, ""), "");
    }

    private static Running unread(AttackedSluice sluice, int connections) {
        String big = "k".repeat(1 << 20);
        sluice.hostile()
                .script(
                        "big",
                        NodeAnswers.answer(
                                "HTTP/1.1 200 OK\r\nContent-Length: " + (3L << 20) + "\r\n\r\n",
                                wire -> wire.flood(big, 3)));
        String id = sluice.ingress().queue("/queue/slow/big", "");
        sluice.ingress().state(id, 20);
        String get = "GET /requests/" + id + "/response HTTP/1.1\r\n" + HOST + "\r\n";
        // each answer is read from the log and held: some are enough
        int some = Math.max(8, connections / 16);
        return dripping(new Crowd(sluice.port(INGRESS), Cases.nextAddress(), some, get, 4096), "");
    }

    private static Running dripping(Crowd crowd, String drip) {
        Thread dripper = Thread.ofVirtual().start(() -> drip(crowd, drip));
        return new Running() {
            @Override
            public Map<String, Integer> got() {
                return crowd.fates();
            }

            @Override
            public void close() {
                dripper.interrupt();
                crowd.close();
            }
        };
    }

    private static void drip(Crowd crowd, String drip) {
        while (!Thread.currentThread().isInterrupted() && !drip.isEmpty()) {
            java.util.concurrent.locks.LockSupport.parkNanos(DRIP.toNanos());
            crowd.send(drip);
        }
    }

    /** Some threads that connect, send this and reset, again and again. */
    private static Launch loop(String bytes) {
        return (sluice, connections) ->
                repeated(
                        Math.min(32, connections),
                        got -> {
                            try (var wire = Wire.connect(sluice.port(INGRESS), "127.0.0.2")) {
                                wire.send(bytes);
                                wire.pause(Duration.ofMillis(20));
                                wire.reset();
                                got.merge("sent", 1, Integer::sum);
                            } catch (IOException e) {
                                got.merge("refused", 1, Integer::sum);
                            }
                        });
    }

    /** Requests to a hostile node, half as many as it has slots, each again when it has ended. */
    private static Launch node(String script) {
        String request =
                ClientCase.request("POST /queue/slow/" + script, "Prefer: wait=20\r\n", "x");
        return (sluice, connections) ->
                repeated(
                        Math.min(32, connections),
                        got -> {
                            try (var wire = Wire.connect(sluice.port(INGRESS), "127.0.0.2")) {
                                wire.patience(Duration.ofSeconds(20));
                                wire.send(request);
                                int status = Received.from(wire).status();
                                got.merge("" + status, 1, Integer::sum);
                            } catch (IOException e) {
                                got.merge(e.getClass().getSimpleName(), 1, Integer::sum);
                            }
                        });
    }

    private interface Turn {
        void take(Map<String, Integer> got);
    }

    private static Running repeated(int threads, Turn turn) {
        var got = new ConcurrentHashMap<String, Integer>();
        ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
        for (int i = 0; i < threads; i++) {
            pool.execute(
                    () -> {
                        while (!pool.isShutdown()) {
                            turn.take(got);
                        }
                    });
        }
        return new Running() {
            @Override
            public Map<String, Integer> got() {
                return new TreeMap<>(got);
            }

            @Override
            public void close() {
                pool.shutdown();
                pool.close(); // turns that are begun end
            }
        };
    }
}

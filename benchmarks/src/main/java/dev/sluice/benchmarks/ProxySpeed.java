package dev.sluice.benchmarks;

import dev.sluice.benchmarks.speed.Wrk;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the proxy path of a running ingress beside nginx, in turns: both proxy to the same
 * service, 1 KiB that a second nginx serves. It needs {@code nginx} and {@code wrk}.
 *
 * <p>The ingress must have a route to that service; see {@code --help}.
 */
@Command(
        name = "proxy-speed",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Start the ingress with LB_ROUTES_BENCH_PREFIX=/bench and",
            "LB_ROUTES_BENCH_URL=http://127.0.0.1:18081 (the service's port)."
        })
public final class ProxySpeed implements Callable<Integer> {

    private static final int BODY_BYTES = 1024;

    private static final String COMMON =
            """
            daemon off; master_process off; pid DIRECTORY/pid; error_log stderr;
            events { worker_connections 4096; }
            http {
              access_log off; keepalive_requests 1000000000; open_file_cache max=10;
              client_body_temp_path DIRECTORY; proxy_temp_path DIRECTORY;
              fastcgi_temp_path DIRECTORY; uwsgi_temp_path DIRECTORY; scgi_temp_path DIRECTORY;
              SERVERS
            }
            """;

    private static final String SERVICE =
            """
            server {
              listen 127.0.0.1:SERVICE_PORT;
              location / { root DIRECTORY; try_files /body =404; }
            }
            """;

    private static final String PROXY =
            """
            upstream service {
              server 127.0.0.1:SERVICE_PORT; keepalive 256; keepalive_requests 1000000000;
            }
            server {
              listen 127.0.0.1:NGINX_PORT;
              location / {
                proxy_pass http://service; proxy_http_version 1.1;
                proxy_set_header Connection ""; proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              }
            }
            """;

    @Option(names = "--url", description = "a path of the ingress that leads to the service")
    URI url = URI.create("http://127.0.0.1:7100/bench/");

    @Option(names = "--service-port", defaultValue = "18081", description = "of the service")
    int servicePort = 18_081;

    @Option(names = "--nginx-port", defaultValue = "18080", description = "of nginx as the proxy")
    int nginxPort = 18_080;

    @Option(names = "--connections", defaultValue = "64")
    int connections = 64;

    @Option(names = "--seconds", defaultValue = "5", description = "of one turn")
    int seconds = 5;

    @Option(names = "--turns", defaultValue = "5", description = "of each; the median counts")
    int turns = 5;

    public static void main(String[] args) {
        System.exit(new CommandLine(new ProxySpeed()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        Process service = nginx(SERVICE);
        Process proxy = nginx(PROXY);
        try {
            URI peer = URI.create("http://127.0.0.1:" + nginxPort + "/bench/");
            check(peer);
            check(url);
            wrk(url); // the JVM's compiler has seen it all then
            wrk(peer);
            var ours = new ArrayList<Double>();
            var theirs = new ArrayList<Double>();
            for (int turn = 1; turn <= turns; turn++) {
                ours.add(wrk(url));
                theirs.add(wrk(peer));
                System.out.printf(
                        "turn %d: ingress %,.0f/s  nginx %,.0f/s  ratio %.2f%n",
                        turn, ours.getLast(), theirs.getLast(), ours.getLast() / theirs.getLast());
            }
            System.out.printf(
                    "median: ingress %,.0f/s  nginx %,.0f/s  ratio %.2f%n",
                    median(ours), median(theirs), median(ours) / median(theirs));
            return 0;
        } finally {
            proxy.destroy();
            service.destroy();
        }
    }

    /** One process each, as the ingress is one beside the service. */
    private Process nginx(String servers) throws IOException {
        Path directory = Files.createTempDirectory("proxy-speed");
        Files.writeString(directory.resolve("body"), "x".repeat(BODY_BYTES));
        Path file = directory.resolve("nginx.conf");
        Files.writeString(
                file,
                COMMON.replace("SERVERS", servers)
                        .replace("DIRECTORY", directory.toString())
                        .replace("SERVICE_PORT", Integer.toString(servicePort))
                        .replace("NGINX_PORT", Integer.toString(nginxPort)));
        return new ProcessBuilder("nginx", "-p", directory.toString(), "-c", file.toString())
                .inheritIO()
                .start();
    }

    /** Waits until it answers, and requires that the answer is the service's. */
    private static void check(URI at) throws IOException, InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(at).timeout(Duration.ofSeconds(5)).build();
            for (int attempt = 1; ; attempt++) {
                try {
                    var answer = client.send(request, BodyHandlers.ofString());
                    if (answer.statusCode() == 200 && answer.body().length() == BODY_BYTES) {
                        return;
                    }
                    throw new IllegalStateException(at + " answers " + answer.body());
                } catch (IOException e) {
                    if (attempt == 20) {
                        throw e;
                    }
                    Thread.sleep(250);
                }
            }
        }
    }

    private double wrk(URI at) throws IOException, InterruptedException {
        return Wrk.run(at, connections, seconds, Optional.empty()).perSecond();
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}

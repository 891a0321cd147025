package dev.sluice.benchmarks.speed;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** nginx as a node: it answers everything at once, and counts what it was asked. */
public final class Nginx {

    private static final Pattern COUNTS = Pattern.compile("\\s(\\d+) (\\d+) (\\d+)\\s");

    private static final String CONF =
            """
            daemon off; master_process off; pid DIRECTORY/pid; error_log stderr;
            events { worker_connections 4096; }
            http {
              access_log off; keepalive_requests 1000000000;
              client_body_temp_path DIRECTORY; proxy_temp_path DIRECTORY;
              fastcgi_temp_path DIRECTORY; uwsgi_temp_path DIRECTORY; scgi_temp_path DIRECTORY;
              server {
                listen 127.0.0.1:PORT; default_type text/plain;
                location / { return 200 "BODY"; }
                location = /count { stub_status; }
              }
            }
            """;

    private Nginx() {}

    /**
     * Starts it.
     *
     * @param answerBytes of each answer
     */
    public static Part start(Path directory, int port, int answerBytes) throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve("nginx.conf");
        Files.writeString(
                file,
                CONF.replace("DIRECTORY", directory.toString())
                        .replace("PORT", Integer.toString(port))
                        .replace("BODY", "x".repeat(answerBytes)));
        return Part.start(
                "node",
                directory.resolve("log"),
                Map.of(),
                List.of("nginx", "-p", directory.toString(), "-c", file.toString()));
    }

    /** Requests that it has had since its start, this one included. */
    public static long count(HttpClient client, int port) throws IOException, InterruptedException {
        URI at = URI.create("http://127.0.0.1:" + port + "/count");
        String status =
                client.send(HttpRequest.newBuilder(at).build(), BodyHandlers.ofString()).body();
        Matcher counts = COUNTS.matcher(status);
        if (!counts.find()) {
            throw new IllegalStateException(status);
        }
        return Long.parseLong(counts.group(3));
    }
}

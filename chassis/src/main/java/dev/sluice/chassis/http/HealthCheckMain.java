package dev.sluice.chassis.http;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Asks a service on this machine for its health, for containers that have no shell: exit code 0 if
 * it answers 200.
 *
 * <p>Arguments: the variable that names the port, the port where it is unset, the path. It uses
 * what the JDK loads fastest: it is started every few seconds.
 */
public final class HealthCheckMain {

    private static final int TIMEOUT_MS = 3_000;

    private HealthCheckMain() {}

    public static void main(String[] args) {
        if (args.length != 3) {
            throw new IllegalArgumentException("needs: PORT_VARIABLE DEFAULT_PORT PATH");
        }
        String port = System.getenv().getOrDefault(args[0], args[1]);
        System.exit(isUp("http://127.0.0.1:" + port + args[2]) ? 0 : 1);
    }

    /** Whether it answers 200 in time. */
    static boolean isUp(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(TIMEOUT_MS);
            connection.setReadTimeout(TIMEOUT_MS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false; // down, or not yet up: what the caller asks about
        }
    }
}

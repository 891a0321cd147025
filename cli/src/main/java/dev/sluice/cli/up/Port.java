package dev.sluice.cli.up;

import dev.sluice.chassis.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A port that one of the parts listens on.
 *
 * @param host address to bind
 * @param number 0 stands for a free one, until it is chosen
 * @param key the setting
 */
record Port(String host, int number, String key) {

    private static final String LOOPBACK = "127.0.0.1";

    // Below those that Linux (from 32768), macOS and Windows (from 49152) give to connections: a
    // port is chosen before its part listens on it, and until then no connection may get it.
    private static final int FREE_FIRST = 20_000;
    private static final int FREE_END = 32_000;
    private static final int FREE_TRIES = 1_000;

    /** The port and host of one section of the settings. */
    static Port read(Settings settings, String section, int byDefault) {
        String key = section + ".port";
        String host = settings.text(section + ".host", LOOPBACK);
        return new Port(host, settings.port(key, byDefault), key);
    }

    /** The port of a section whose part listens on loopback, always. */
    static Port loopback(Settings settings, String section, int byDefault) {
        String key = section + ".port";
        return new Port(LOOPBACK, settings.port(key, byDefault), key);
    }

    /** The same ports, with a free one in place of each 0. */
    static List<Port> chosen(List<Port> wanted) {
        var held = new ArrayList<ServerSocket>();
        try {
            var chosen = new ArrayList<Port>();
            for (Port port : wanted) {
                if (port.number == 0) {
                    // held until all are chosen, so that none is given twice
                    ServerSocket socket = free(wanted);
                    held.add(socket);
                    chosen.add(new Port(port.host, socket.getLocalPort(), port.key));
                } else {
                    chosen.add(port);
                }
            }
            return chosen;
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        } finally {
            held.forEach(Port::release);
        }
    }

    /** One that nobody listens on, and that none of these names. */
    private static ServerSocket free(List<Port> named) throws IOException {
        var last = new BindException();
        for (int i = 0; i < FREE_TRIES; i++) {
            int number = ThreadLocalRandom.current().nextInt(FREE_FIRST, FREE_END);
            if (named.stream().noneMatch(port -> port.number == number)) {
                try {
                    return new ServerSocket(number, 1, InetAddress.getLoopbackAddress());
                } catch (BindException e) {
                    last = e; // somebody does
                }
            }
        }
        throw last;
    }

    /** Why these ports cannot all be had now, a sentence each; empty if they can. */
    static List<String> problems(List<Port> ports) {
        var problems = new ArrayList<String>();
        var held = new ArrayList<ServerSocket>();
        for (Port port : ports) {
            try {
                var socket = new ServerSocket();
                held.add(socket);
                socket.setReuseAddress(true); // as the servers do: old connections may linger
                InetAddress address = InetAddress.getAllByName(port.host)[0];
                socket.bind(new InetSocketAddress(address, port.number));
            } catch (IOException e) {
                problems.add(
                        "port %d on %s cannot be had (%s): stop what listens there, or set %s"
                                .formatted(port.number, port.host, why(e), port.variable()));
            }
        }
        held.forEach(Port::release);
        return problems;
    }

    /** The environment variable that sets it. */
    String variable() {
        return key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    String address() {
        return host + ":" + number;
    }

    /** For clients on this machine, also where it listens on all addresses. */
    String addressHere() {
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        return (everywhere ? LOOPBACK : host) + ":" + number;
    }

    private static String why(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }

    private static void release(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

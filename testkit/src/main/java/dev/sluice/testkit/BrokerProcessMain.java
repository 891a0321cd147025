package dev.sluice.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Optional;

/**
 * The child of a {@link BrokerProcess}.
 *
 * <p>Arguments: the parent's control port, broker port, controller port, directory, {@code
 * name=value}s. Writes the two ports taken to the control socket; ends when that is closed.
 */
final class BrokerProcessMain {

    private BrokerProcessMain() {}

    public static void main(String[] args) throws IOException {
        var more = new HashMap<String, String>();
        for (int i = 4; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            more.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        var settings =
                new BrokerSettings(
                        Integer.parseInt(args[1]),
                        Integer.parseInt(args[2]),
                        Path.of(args[3]),
                        false,
                        Optional.empty(),
                        more);
        int controlPort = Integer.parseInt(args[0]);
        try (var kafka = EmbeddedKafka.start(settings);
                var control = new Socket(InetAddress.getLoopbackAddress(), controlPort)) {
            var taken = kafka.settings();
            var ports = taken.port() + " " + taken.controllerPort() + "\n";
            control.getOutputStream().write(ports.getBytes(UTF_8));
            // The parent says nothing; the end of the stream is its word, or its end.
            control.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A reset connection: the parent is gone.
            System.exit(1);
        }
        System.exit(0);
    }
}

package dev.sluice.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * Ports on loopback for those that listen only later: below the ones that Linux gives to
 * connections and to who asks for any port, so that none of these is in the way by then.
 */
final class FreePorts {

    private static final int FIRST = 20_000;
    private static final int LAST = 32_000;

    private FreePorts() {}

    /** So many, all different. */
    static List<Integer> take(int count) {
        return Stream.generate(() -> ThreadLocalRandom.current().nextInt(FIRST, LAST))
                .distinct()
                .filter(FreePorts::isFree)
                .limit(count)
                .toList();
    }

    private static boolean isFree(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

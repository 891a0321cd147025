package dev.sluice.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bodies far larger than what may be held of them. */
class LargeBodiesTest {

    private static final long MIB = 1024 * 1024;
    private static final long BODY_BYTES = 512 * MIB;
    // a tenth of the body would show that it piles up; buffers and the test itself need some
    private static final long MAX_GROWTH_BYTES = 48 * MIB;

    @Test
    void streamUpAndDownWithoutPilingUp(@TempDir Path dir) throws Exception {
        try (var broker = TestBroker.in(dir);
                var rig = new Rig(broker.bootstrapServers());
                var upstream = new WireUpstream(LargeBodiesTest::serve);
                var ingress = rig.ingress("api.gateway-url", upstream.url());
                var client = new Wire(ingress)) {
            long before = heldBytes();
            var most = new long[1];
            client.say(
                    "POST /api/mirror HTTP/1.1\r\nHost: a\r\nContent-Length: "
                            + BODY_BYTES
                            + "\r\n\r\n");
            Thread up = Thread.ofVirtual().start(() -> client.sayZeros(BODY_BYTES));
            assertThat(client.head()).startsWith("HTTP/1.1 200 OK\r\n");
            long left = BODY_BYTES;
            while (left > 0) {
                left -= client.skip(Math.min(left, 64 * MIB));
                most[0] = Math.max(most[0], heldBytes() - before);
            }
            up.join();
            assertThat(left).isZero();
            assertThat(most[0]).isLessThan(MAX_GROWTH_BYTES);
        }
    }

    /** Live heap, and buffers outside of it. */
    private static long heldBytes() {
        System.gc();
        long direct =
                ManagementFactory.getPlatformMXBeans(java.lang.management.BufferPoolMXBean.class)
                        .stream()
                        .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
                        .sum();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + direct;
    }

    /** Sends back what comes. */
    private static void serve(WireUpstream.Exchange exchange) throws IOException {
        exchange.out()
                .write(
                        ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                                        + BODY_BYTES
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        InputStream in = exchange.in();
        var buffer = new byte[64 * 1024];
        long left = BODY_BYTES;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            exchange.out().write(buffer, 0, n);
            left -= n;
        }
    }
}

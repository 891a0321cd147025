package dev.sluice.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.TestBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two servers could read in two ways never gets to the second one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SmugglingTest {

    private TestBroker broker;
    private Rig rig;
    private WireUpstream upstream;
    private IngressService ingress;

    @BeforeAll
    void start(@TempDir Path dir) throws Exception {
        broker = TestBroker.in(dir);
        rig = new Rig(broker.bootstrapServers());
        upstream =
                WireUpstream.saying(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
        ingress = rig.ingress("api.gateway-url", upstream.url());
    }

    @AfterAll
    void stop() throws IOException {
        ingress.close();
        rig.close();
        broker.close();
        upstream.close();
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r")
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\0", "\0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5\\r\\nContent-Length: 6\\r\\n\\r\\nhello!",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 5, 6\\r\\n\\r\\nhello!",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: +5\\r\\n\\r\\nhello",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: -1\\r\\n\\r\\nhello",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nContent-Length: 0x5\\r\\n\\r\\nhello",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: xchunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding: chunked, identity\\r\\n\\r\\n0\\r\\n\\r\\n",
                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding : chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nX-A: 1\\r\\n folded\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\n X-A: 1\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nX-A: 1\\rX-B: 2\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\nHost: a\\n\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nX-A: 1\\nX-B: 2\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nX-A: 1\\0\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nX A: 1\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nX-A\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\nHost: a\\r\\nHost: b\\r\\n\\r\\n",
                "GET /api HTTP/1.1\\r\\n\\r\\n",
                "GET http://b/api HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n",
                "GET /api\\t HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "GET /api x HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
                "GET /api\\r\\n\\r\\n",
            })
    void refusesWhatIsNotOneRequest(String text) throws Exception {
        String answer = Wire.exchange(ingress, unescaped(text));
        assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("HTTP/1.1 200");
        assertThat(Integer.parseInt(answer.substring(9, 12))).isBetween(400, 505);
        assertThat(upstream.waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "5;a=b\\nhello\\r\\n0\\r\\n\\r\\n", // LF in a chunk's line
                "5\\r\\nhello0\\r\\n\\r\\n", // no line end after the bytes
                "-5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
                "0x5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
                "10000000000000005\\r\\nhello\\r\\n0\\r\\n\\r\\n",
                "5 5\\r\\nhello\\r\\n0\\r\\n\\r\\n",
                "\\r\\nhello\\r\\n0\\r\\n\\r\\n",
            })
    void refusesChunksThatAreNotAsTheyShould(String chunks) throws Exception {
        String answer =
                Wire.exchange(
                        ingress,
                        unescaped(
                                "POST /api HTTP/1.1\\r\\nHost: a\\r\\nTransfer-Encoding:"
                                        + " chunked\\r\\n\\r\\n"
                                        + chunks
                                        + "GET /api/smuggled HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"));
        assertThat(answer.split("HTTP/1.1 200", -1).length).isLessThanOrEqualTo(2);
        while (upstream.waiting() > 0) {
            assertThat(upstream.head()).startsWith("POST /api ");
        }
    }
}

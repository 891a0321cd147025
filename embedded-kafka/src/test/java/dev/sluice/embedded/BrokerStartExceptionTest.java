package dev.sluice.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerStartExceptionTest {

    @TempDir private Path dir;

    @Test
    void namesThePortThatIsTakenAndItsVariable() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> EmbeddedKafka.start(BrokerSettings.in(dir).withPort(port)))
                    .isInstanceOf(BrokerStartException.PortTaken.class)
                    .hasMessageContaining(Integer.toString(port))
                    .hasMessageContaining("KAFKA_PORT");
            assertThatThrownBy(
                            () ->
                                    EmbeddedKafka.start(
                                            BrokerSettings.in(dir).withControllerPort(port)))
                    .isInstanceOf(BrokerStartException.PortTaken.class)
                    .hasMessageContaining("controller's port " + port);
        }
        assertThat(dir).isEmptyDirectory();
    }

    @Test
    void refusesAFileInPlaceOfTheDirectory() throws Exception {
        var file = Files.writeString(dir.resolve("file"), "");

        assertUnusable(file, "is not a directory");
        assertUnusable(file.resolve("below"), "cannot be made");
    }

    @Test
    void refusesADirectoryThatCannotBeWritten() {
        // Permission bits do not bind root, as whom builds may run; nobody may write here.
        var readOnly = Path.of("/proc/self");
        assumeThat(readOnly).isDirectory();

        assertUnusable(readOnly, "is not writable");
    }

    @Test
    void refusesADirectoryOfAnotherCluster() throws Exception {
        var meta = "version=1\ncluster.id=other\nnode.id=1\ndirectory.id=JvFWYmZmR7uWbHlJbZBbUw\n";
        Files.writeString(dir.resolve("meta.properties"), meta);

        assertForeign("another Kafka cluster (other)");
        assertThat(dir.resolve("meta.properties")).hasContent(meta);
    }

    @Test
    void refusesDamagedMetaProperties() throws Exception {
        Files.write(dir.resolve("meta.properties"), new byte[] {0, 1, 2});
        assertForeign("damaged meta.properties");

        Files.writeString(dir.resolve("meta.properties"), "cluster.id=\\u00zz");
        assertForeign("damaged meta.properties");
    }

    @Test
    void refusesADirectoryWithOtherThingsInIt() throws Exception {
        Files.writeString(dir.resolve("thesis.txt"), "mine", UTF_8);

        assertForeign("is not empty (thesis.txt)");
    }

    @Test
    void finishesAFormatThatWasCutShort() throws Exception {
        Files.write(dir.resolve("bootstrap.checkpoint"), new byte[0]);

        try (var kafka = EmbeddedKafka.start(BrokerSettings.in(dir))) {
            new KafkaClients(kafka.bootstrapServers()).createTopic("works");
        }
    }

    @Test
    void refusesTheDirectoryOfARunningBrokerAndLeavesThatOneAlone() throws Exception {
        // who leads the metadata log, and in which epoch: a second broker would say that it does
        var quorum = dir.resolve("__cluster_metadata-0/quorum-state");
        try (var first = EmbeddedKafka.start(BrokerSettings.in(dir))) {
            String before = Files.readString(quorum);

            assertThatThrownBy(() -> EmbeddedKafka.start(BrokerSettings.in(dir)))
                    .isInstanceOf(BrokerStartException.DirectoryInUse.class)
                    .hasMessageContaining("in use by another running broker");

            assertThat(quorum).hasContent(before);
            new KafkaClients(first.bootstrapServers()).createTopic("still-works");
        }
    }

    private void assertForeign(String why) {
        assertThatThrownBy(() -> EmbeddedKafka.start(BrokerSettings.in(dir)))
                .isInstanceOf(BrokerStartException.DirectoryForeign.class)
                .hasMessageContaining(dir.toString())
                .hasMessageContaining(why)
                .hasMessageContaining("--data");
    }

    private static void assertUnusable(Path path, String why) {
        assertThatThrownBy(() -> EmbeddedKafka.start(BrokerSettings.in(path)))
                .isInstanceOf(BrokerStartException.DirectoryUnusable.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(why);
    }
}

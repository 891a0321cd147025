package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.BrokerStartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class BrokersTest {

    @TempDir private Path dir;

    @Test
    void sharesOneBroker() throws Exception {
        var bootstrap = SharedBroker.bootstrapServers();
        append(bootstrap, "shared", "value");

        assertThat(SharedBroker.bootstrapServers()).isEqualTo(bootstrap);
        assertThat(read(bootstrap, "shared")).isEqualTo("value");
    }

    @Test
    void restartsInThisJvmOnItsPortsAndData() throws Exception {
        long begun = System.nanoTime();
        try (var broker = TestBroker.in(dir)) {
            long first = System.nanoTime() - begun;
            var bootstrap = broker.bootstrapServers();
            append(bootstrap, "kept", "value");

            long before = System.nanoTime();
            broker.restart();
            assertSoon(before, first);

            assertThat(broker.bootstrapServers()).isEqualTo(bootstrap);
            assertThat(read(bootstrap, "kept")).isEqualTo("value");
            assertThatThrownBy(broker::start).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesToDeleteWhatARestartNeeds() {
        assertThatThrownBy(() -> TestBroker.with(BrokerSettings.temporary()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void losesNothingWhenItsProcessIsKilledAndIsSoonBack() throws Exception {
        long begun = System.nanoTime();
        try (var broker = BrokerProcess.start(dir)) {
            long first = System.nanoTime() - begun;
            var bootstrap = broker.bootstrapServers();
            append(bootstrap, "kept", "value");

            broker.kill();
            long before = System.nanoTime();
            broker.start();
            assertSoon(before, first);

            assertThat(broker.bootstrapServers()).isEqualTo(bootstrap);
            assertThat(read(bootstrap, "kept")).isEqualTo("value");
            long pid = broker.pid();
            broker.stop();
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            assertThatThrownBy(broker::kill).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void refusesTheDirectoryOfABrokerInAnotherProcess() throws Exception {
        try (var broker = BrokerProcess.start(dir)) {
            assertThatThrownBy(() -> TestBroker.in(dir))
                    .isInstanceOf(BrokerStartException.DirectoryInUse.class);

            append(broker.bootstrapServers(), "still-works", "value");
        }
    }

    @Test
    void saysWhyAChildDidNotStart() {
        var settings = BrokerSettings.in(Path.of("/proc/self/no/such"));

        assertThatThrownBy(() -> BrokerProcess.start(settings, List.of("-Xmx64m")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("data directory");
    }

    /** About 3 s on two idle cores, most of it the JVM; what that takes here the start showed. */
    private static void assertSoon(long sinceNanos, long firstStartNanos) {
        assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos))
                .isLessThan(Duration.ofNanos(firstStartNanos).multipliedBy(3).plusSeconds(5));
    }

    private static void append(String bootstrap, String topic, String value) throws Exception {
        try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(Set.of(new NewTopic(topic, 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
        Map<String, Object> config = Map.of("bootstrap.servers", bootstrap, "acks", "all");
        try (var producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(topic, value)).get(30, TimeUnit.SECONDS);
        }
    }

    private static String read(String bootstrap, String topic) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", bootstrap, "auto.offset.reset", "earliest");
        try (var consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(Set.of(new TopicPartition(topic, 0)));
            for (int i = 0; i < 50; i++) {
                for (var result : consumer.poll(Duration.ofMillis(200))) {
                    return result.value();
                }
            }
        }
        return "nothing";
    }
}

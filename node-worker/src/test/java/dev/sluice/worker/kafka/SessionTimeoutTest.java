package dev.sluice.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.embedded.BrokerSettings;
import dev.sluice.protocol.Topics;
import dev.sluice.testkit.TestBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionTimeoutTest {

    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    private static final Duration SESSION = Duration.ofSeconds(2);

    @Test
    void theLeaseIsThreeQuartersOfTheTimeOutThatIsInForce(@TempDir Path dir) throws Exception {
        try (var broker = TestBroker.with(BrokerSettings.in(dir));
                var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            // 2 s, as the embedded broker ships
            assertThat(SessionTimeout.lease(admin, Optional.empty()))
                    .isEqualTo(Duration.ofMillis(1_500));

            // what is set reaches the broker that is asked a moment later
            setForTheGroup(admin, "consumer.session.timeout.ms", "1600");
            await().untilAsserted(
                            () ->
                                    assertThat(SessionTimeout.lease(admin, Optional.empty()))
                                            .isEqualTo(Duration.ofMillis(1_200)));

            // longer than those of the brokers: 1.2 s is less than two of these
            setForTheGroup(admin, "consumer.heartbeat.interval.ms", "700");
            await().untilAsserted(
                            () ->
                                    assertThatThrownBy(
                                                    () ->
                                                            SessionTimeout.lease(
                                                                    admin, Optional.empty()))
                                            .isInstanceOf(StartException.class)
                                            .hasMessageContaining("heartbeats every 700 ms"));
        }
    }

    @Test
    void aLeaseAsLongAsTheTimeOutIsRefused() throws StartException {
        assertThat(SessionTimeout.lease(SESSION, HEARTBEAT, Optional.of(Duration.ofMillis(1_999))))
                .isEqualTo(Duration.ofMillis(1_999));
        assertThatThrownBy(() -> SessionTimeout.lease(SESSION, HEARTBEAT, Optional.of(SESSION)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("worker.lease-ms is 2000");
    }

    private static void setForTheGroup(Admin admin, String name, String value) throws Exception {
        var group = new ConfigResource(ConfigResource.Type.GROUP, Topics.WORKER_GROUP);
        var change = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(group, List.of(change))).all().get();
    }
}

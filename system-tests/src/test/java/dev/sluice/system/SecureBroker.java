package dev.sluice.system;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;
import dev.sluice.testkit.SelfSigned;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker that lets in who comes over TLS with a name and a password, and lets them do what
 * docs/operations.md says that Sluice needs, and no more.
 */
final class SecureBroker implements AutoCloseable {

    private static final String USER = "sluice";

    private final EmbeddedKafka kafka;
    private final int securePort;

    private SecureBroker(EmbeddedKafka kafka, int securePort) {
        this.kafka = kafka;
        this.securePort = securePort;
    }

    /** Starts it; leaves its certificate in {@code dir}, in {@code ca.crt}. */
    static SecureBroker start(Path dir, String password)
            throws IOException, InterruptedException, ExecutionException {
        SelfSigned key = SelfSigned.in(dir, "ca", "ip:127.0.0.1");
        List<Integer> ports = FreePorts.take(3);
        String open = "PLAINTEXT://127.0.0.1:" + ports.get(0);
        String secure = "SASL_SSL://127.0.0.1:" + ports.get(1);
        String controller = "CONTROLLER://127.0.0.1:" + ports.get(2);
        BrokerSettings settings =
                BrokerSettings.in(dir.resolve("kafka"))
                        .withPort(ports.get(0))
                        .withControllerPort(ports.get(2))
                        .with("listeners", String.join(",", open, secure, controller))
                        .with("advertised.listeners", open + "," + secure)
                        .with(
                                "listener.security.protocol.map",
                                "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT")
                        .with("inter.broker.listener.name", "PLAINTEXT")
                        .with("ssl.keystore.location", key.store().toString())
                        .with("ssl.keystore.password", SelfSigned.PASSWORD)
                        .with("ssl.keystore.type", "PKCS12")
                        .with("sasl.enabled.mechanisms", "SCRAM-SHA-512")
                        .with(
                                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
                                "org.apache.kafka.common.security.scram.ScramLoginModule required;")
                        .with(
                                "authorizer.class.name",
                                "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                        .with("super.users", "User:ANONYMOUS"); // us, and the broker itself
        EmbeddedKafka kafka = EmbeddedKafka.start(settings);
        try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            var scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
            admin.alterUserScramCredentials(
                            List.of(new UserScramCredentialUpsertion(USER, scram, password)))
                    .all()
                    .get();
            admin.createAcls(rights()).all().get();
        }
        return new SecureBroker(kafka, ports.get(1));
    }

    String bootstrapServers() {
        return "127.0.0.1:" + securePort;
    }

    private static List<AclBinding> rights() {
        var topics = new ResourcePattern(ResourceType.TOPIC, "sluice.", PatternType.PREFIXED);
        var groups = new ResourcePattern(ResourceType.GROUP, "sluice.", PatternType.PREFIXED);
        var cluster =
                new ResourcePattern(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL);
        var rights = new ArrayList<AclBinding>();
        Stream.of(
                        AclOperation.CREATE,
                        AclOperation.DESCRIBE,
                        AclOperation.DESCRIBE_CONFIGS,
                        AclOperation.ALTER_CONFIGS,
                        AclOperation.READ,
                        AclOperation.WRITE,
                        AclOperation.DELETE)
                .forEach(operation -> rights.add(right(topics, operation)));
        rights.add(right(groups, AclOperation.READ));
        rights.add(right(groups, AclOperation.DESCRIBE));
        rights.add(right(groups, AclOperation.DESCRIBE_CONFIGS));
        rights.add(right(cluster, AclOperation.DESCRIBE_CONFIGS));
        return rights;
    }

    private static AclBinding right(ResourcePattern what, AclOperation operation) {
        return new AclBinding(
                what,
                new AccessControlEntry(
                        "User:" + USER, "127.0.0.1", operation, AclPermissionType.ALLOW));
    }

    @Override
    public void close() {
        kafka.close();
    }
}

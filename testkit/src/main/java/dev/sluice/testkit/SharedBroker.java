package dev.sluice.testkit;

import dev.sluice.embedded.BrokerSettings;
import dev.sluice.embedded.EmbeddedKafka;

/**
 * One broker for all tests of a JVM, started when first asked for, gone with the JVM.
 *
 * <p>Tests that use it name their topics and groups so that they do not meet. A test that stops its
 * broker takes a {@link TestBroker} or a {@link BrokerProcess}; one that waits for the end of a
 * group member's session takes the latter.
 */
public final class SharedBroker {

    private SharedBroker() {}

    public static String bootstrapServers() {
        return Holder.KAFKA.bootstrapServers();
    }

    private static final class Holder {
        static final EmbeddedKafka KAFKA =
                EmbeddedKafka.start(TestBroker.patient(BrokerSettings.temporary()));

        static {
            Runtime.getRuntime().addShutdownHook(new Thread(KAFKA::close, "shared-broker-close"));
        }
    }
}

package dev.sluice.chassis.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * A reporter that reports nothing: Kafka closes it together with the client that made it, which is
 * how we hear of that. It is public for Kafka, which makes it by its name.
 */
public final class ClientClosed implements MetricsReporter {

    /** The client setting with what is to be run then, a {@link Runnable}. */
    static final String THEN = "sluice.client.closed";

    private Runnable then = () -> {};

    /** For Kafka. */
    public ClientClosed() {}

    @Override
    public void configure(Map<String, ?> configs) {
        if (configs.get(THEN) instanceof Runnable given) {
            then = given;
        }
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
        // they are read elsewhere
    }

    @Override
    public void metricChange(KafkaMetric metric) {
        // as above
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
        // as above
    }

    @Override
    public void close() {
        then.run();
    }
}

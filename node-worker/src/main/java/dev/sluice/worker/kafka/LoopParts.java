package dev.sluice.worker.kafka;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.worker.http.Links;
import dev.sluice.worker.http.NodeSender;
import dev.sluice.worker.keeper.Lease;
import dev.sluice.worker.metrics.LoopMetrics;
import dev.sluice.worker.trace.RequestSpans;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * What a worker's loop stands on.
 *
 * @param spans empty where nobody traces
 * @param random from 0 to 1, for jitter
 */
record LoopParts(
        Consumer<byte[], byte[]> consumer,
        Producer<byte[], byte[]> producer,
        Takeover.Source source,
        Trimmer trimmer,
        NodeSender sender,
        Links.Here here,
        Lease lease,
        Optional<RequestSpans> spans,
        LoopMetrics metrics,
        DoubleSupplier random,
        NanoClock nanos,
        InstantSource wall) {}

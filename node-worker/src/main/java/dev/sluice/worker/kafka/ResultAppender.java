package dev.sluice.worker.kafka;

import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.KeyClaim;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.WireRecord;
import dev.sluice.worker.metrics.LoopMetrics;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends results, and claims of keys, until the log has them: a broker that is away is waited for.
 *
 * <p>Its figures belong to the loop's thread.
 */
final class ResultAppender {

    private static final Logger log = LoggerFactory.getLogger(ResultAppender.class);
    private static final long AGAIN_MS = 500;

    private final Producer<byte[], byte[]> producer;
    private final Mailbox mailbox;
    private final LoopMetrics metrics;
    private final NanoClock nanos;
    private boolean away; // said once, not for each record
    private int unacknowledged;
    private long unacknowledgedBytes;

    ResultAppender(
            Producer<byte[], byte[]> producer,
            Mailbox mailbox,
            LoopMetrics metrics,
            NanoClock nanos) {
        this.producer = producer;
        this.mailbox = mailbox;
        this.metrics = metrics;
        this.nanos = nanos;
    }

    /** Appends what ends a request; {@code then} runs in the loop once the log has it. */
    void append(Ending ending, Runnable then) {
        Optional<ResultEvent> result =
                ending instanceof ResultEvent own ? Optional.of(own) : Optional.empty();
        int bytes = result.map(ResultEvent::body).orElse(Body.EMPTY).size();
        unacknowledged++;
        unacknowledgedBytes += bytes;
        int shard = ending.request().position().shard();
        attempt(
                WireRecords.toKafka(Topics.RESULTS, shard, ResultsCodec.encode(ending)),
                result,
                () -> {
                    unacknowledged--;
                    unacknowledgedBytes -= bytes;
                    metrics.recorded(ending);
                    then.run();
                });
    }

    /** Appends a claim of a key of this shard. */
    void append(int shard, KeyClaim claim) {
        unacknowledged++;
        attempt(
                new ProducerRecord<>(Topics.IDEMPOTENCY_KEYS, shard, null, claim.encode().bytes()),
                Optional.empty(),
                () -> unacknowledged--);
    }

    /** Appends a snapshot or held record; {@code then} runs in the loop once the log has it. */
    void append(int shard, WireRecord record, Runnable then) {
        unacknowledged++;
        attempt(
                WireRecords.toKafka(Topics.RESULTS, shard, record),
                Optional.empty(),
                () -> {
                    unacknowledged--;
                    then.run();
                });
    }

    /** Records that the log does not have yet. */
    int unacknowledged() {
        return unacknowledged;
    }

    long unacknowledgedBytes() {
        return unacknowledgedBytes;
    }

    private void attempt(
            ProducerRecord<byte[], byte[]> record, Optional<ResultEvent> result, Runnable done) {
        long begun = nanos.nanoTime();
        // the callback says all that the future would
        var _ =
                producer.send(
                        record,
                        (metadata, failure) ->
                                mailbox.post(
                                        () -> {
                                            if (failure == null) {
                                                metrics.appended(nanos.nanoTime() - begun);
                                                hasAnswered();
                                                done.run();
                                            } else {
                                                again(record, result, done, failure);
                                            }
                                        }));
    }

    private void hasAnswered() {
        if (away) {
            away = false;
            log.info("the log takes results again");
        }
    }

    private void again(
            ProducerRecord<byte[], byte[]> record,
            Optional<ResultEvent> result,
            Runnable done,
            Exception failure) {
        metrics.appendFailed();
        if (failure instanceof RecordTooLargeException && result.isPresent()) {
            log.warn("result of {}: {}", result.get().request(), failure.getMessage());
            WireRecord small = ResultsCodec.encode(withoutAnswer(result.get()));
            attempt(
                    WireRecords.toKafka(Topics.RESULTS, record.partition(), small),
                    Optional.empty(),
                    done);
            return;
        }
        if (!away) {
            away = true;
            log.warn("results wait for the log: {}", failure.toString());
        }
        Executor later = CompletableFuture.delayedExecutor(AGAIN_MS, TimeUnit.MILLISECONDS);
        later.execute(() -> mailbox.post(() -> attempt(record, result, done)));
    }

    private static ResultEvent withoutAnswer(ResultEvent result) {
        return new ResultEvent(
                result.request(),
                Outcome.FAILED,
                Optional.empty(),
                result.node(),
                result.attemptCount(),
                result.attempts(),
                result.queuedAt(),
                result.finishedAt(),
                result.requestBytes(),
                Optional.of(Reason.RESPONSE_TOO_LARGE),
                Optional.of("the node's answer is larger than the broker takes"),
                result.worker(),
                result.replayOf());
    }
}

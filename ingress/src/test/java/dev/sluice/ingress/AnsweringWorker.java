package dev.sluice.ingress;

import dev.sluice.chassis.kafka.KafkaClients;
import dev.sluice.chassis.kafka.WireRecords;
import dev.sluice.protocol.Answer;
import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Outcome;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.Reason;
import dev.sluice.protocol.RequestCodec;
import dev.sluice.protocol.RequestEvent;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultsCodec;
import dev.sluice.protocol.Topics;
import dev.sluice.protocol.UnreadableRecordException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** A worker of a test: reads one requests topic and writes the results that the test wants. */
final class AnsweringWorker implements AutoCloseable {

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Function<RequestEvent, Optional<Answer>> answers;
    private final BlockingQueue<RequestEvent> seen = new LinkedBlockingQueue<>();
    private final List<RequestId> ids = new CopyOnWriteArrayList<>();
    private final Thread thread;

    AnsweringWorker(
            KafkaClients clients,
            RequestsTopic topic,
            Function<RequestEvent, Optional<Answer>> answers) {
        this.consumer = clients.assigned(Map.of("auto.offset.reset", "earliest"));
        this.producer = clients.producer(Map.of());
        this.answers = answers;
        consumer.assign(
                IntStream.range(0, clients.settings().shards())
                        .mapToObj(shard -> new TopicPartition(topic.name(), shard))
                        .toList());
        this.thread = Thread.ofVirtual().start(() -> work(topic));
    }

    /** Answers each request with 200 and its own body. */
    static AnsweringWorker echo(KafkaClients clients, RequestsTopic topic) {
        return new AnsweringWorker(
                clients, topic, event -> Optional.of(answer(200, "text/plain", event.body())));
    }

    static Answer answer(int status, String contentType, Body body) {
        return new Answer(status, List.of(new HttpHeader("Content-Type", contentType)), body);
    }

    /** The requests that were read, each once. */
    BlockingQueue<RequestEvent> seen() {
        return seen;
    }

    /** The latest request in the same shard as another. */
    Optional<RequestId> second(RequestId other) {
        return ids.stream()
                .filter(id -> id.position().shard() == other.position().shard())
                .filter(id -> !id.equals(other))
                .reduce((a, b) -> b);
    }

    /** Writes any result, or a duplicate. */
    void write(Ending result) throws InterruptedException, ExecutionException {
        producer.send(
                        WireRecords.toKafka(
                                Topics.RESULTS,
                                result.request().position().shard(),
                                ResultsCodec.encode(result)))
                .get();
    }

    static ResultEvent answered(RequestId id, Instant queuedAt, Answer answer) {
        boolean good = answer.status() < 400;
        Instant end = queuedAt.plusMillis(30);
        return new ResultEvent(
                id,
                good ? Outcome.SUCCEEDED : Outcome.FAILED,
                Optional.of(answer),
                Optional.of("node-1"),
                1,
                List.of(
                        new Attempt(
                                "node-1",
                                queuedAt.plusMillis(10),
                                end,
                                Integer.toString(answer.status()))),
                queuedAt,
                end,
                0,
                good ? Optional.empty() : Optional.of(Reason.NODE_ERROR),
                Optional.empty(),
                "test-worker");
    }

    static ResultEvent unanswered(RequestId id, Outcome outcome, Reason reason) {
        return new ResultEvent(
                id,
                outcome,
                Optional.empty(),
                Optional.empty(),
                0,
                List.of(),
                Instant.EPOCH,
                Instant.EPOCH.plusSeconds(1),
                0,
                Optional.of(reason),
                Optional.of("because"),
                "test-worker");
    }

    private void work(RequestsTopic topic) {
        try (consumer) {
            while (true) {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                    RequestEvent event = RequestCodec.decode(WireRecords.fromKafka(record));
                    var id =
                            new RequestId(
                                    new Position(topic, record.partition(), record.offset()),
                                    event.nonce());
                    seen.add(event);
                    ids.add(id);
                    Instant queuedAt = Instant.ofEpochMilli(record.timestamp());
                    Optional<Answer> answer = answers.apply(event);
                    if (answer.isPresent()) {
                        write(answered(id, queuedAt, answer.get()));
                    }
                }
            }
        } catch (WakeupException e) {
            // closed
        } catch (UnreadableRecordException | InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close();
    }
}

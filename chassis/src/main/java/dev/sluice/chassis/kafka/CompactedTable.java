package dev.sluice.chassis.kafka;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.UnreadableRecordException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic as a map that follows it: read to its end before it is handed out.
 *
 * @param <V> the JSON values
 */
public final class CompactedTable<V> implements AutoCloseable {

    /** The first character of a note's key; no id begins with it. */
    public static final String NOTE_PREFIX = "#";

    private static final Logger log = LoggerFactory.getLogger(CompactedTable.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long READ_TIMEOUT_SECONDS = 20;

    private final String topic;
    private final Class<V> type;
    private final Consumer<byte[], byte[]> consumer;
    private final Runnable onChange;
    private final Map<String, V> values = new ConcurrentHashMap<>();
    private final Map<String, Body> notes = new ConcurrentHashMap<>();
    private final CompletableFuture<Boolean> complete = new CompletableFuture<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progress = lock.newCondition();
    private long next; // all records before this offset are in the map; guarded by the lock
    private final Thread thread;

    private CompactedTable(
            String topic, Class<V> type, Consumer<byte[], byte[]> consumer, Runnable onChange) {
        this.topic = topic;
        this.type = type;
        this.consumer = consumer;
        this.onChange = onChange;
        this.thread = Fatal.start("table-" + topic, this::follow);
    }

    /**
     * Reads the topic to its end and goes on following it.
     *
     * @param onChange called on the reader's thread after each batch of changes; must not block
     */
    public static <V> CompactedTable<V> open(
            KafkaClients clients, String topic, Class<V> type, Runnable onChange)
            throws StartException {
        return open(clients, topic, type, Map.of(), onChange);
    }

    /**
     * The same with settings of its consumer that go over the user's.
     *
     * @param onChange called on the reader's thread after each batch of changes; must not block
     */
    public static <V> CompactedTable<V> open(
            KafkaClients clients,
            String topic,
            Class<V> type,
            Map<String, Object> over,
            Runnable onChange)
            throws StartException {
        var table = new CompactedTable<>(topic, type, clients.assigned(over), onChange);
        try {
            table.complete.get(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS);
            return table;
        } catch (TimeoutException | ExecutionException e) {
            table.close();
            throw new StartException("topic " + topic + " could not be read to its end", e);
        } catch (InterruptedException e) {
            table.close();
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /**
     * What the topic's writers keep for themselves under keys that begin with {@value
     * #NOTE_PREFIX}: no entries, and of no concern to other readers.
     */
    public Optional<Body> note(String key) {
        return Optional.ofNullable(notes.get(key));
    }

    /** A live view: it changes as the topic does. */
    public Map<String, V> values() {
        return java.util.Collections.unmodifiableMap(values);
    }

    /**
     * Waits until the record at this offset is in the map, so that a writer sees what it wrote.
     *
     * @return false if it is not there after so long; it will be
     */
    public boolean await(long offset, Duration limit) throws InterruptedException {
        lock.lock();
        try {
            long leftNanos = limit.toNanos();
            while (next <= offset && leftNanos > 0) {
                leftNanos = progress.awaitNanos(leftNanos);
            }
            return next > offset;
        } finally {
            lock.unlock();
        }
    }

    private void progressed(long position) {
        lock.lock();
        try {
            next = Math.max(next, position);
            progress.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        var partition = new TopicPartition(topic, 0);
        try {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = -1;
            while (true) {
                if (end < 0) {
                    end = endOffset(partition);
                }
                var records = consumer.poll(POLL);
                records.forEach(this::apply);
                if (end >= 0 && !complete.isDone() && position(partition) >= end) {
                    complete.complete(true);
                }
                // without records too: a transaction ends with a marker that nobody is shown
                progressed(position(partition));
                if (!records.isEmpty()) {
                    onChange.run();
                }
            }
        } catch (WakeupException e) {
            log.debug("{}: closed", topic);
        } finally {
            consumer.close(KafkaClients.AT_ONCE);
        }
    }

    private long endOffset(TopicPartition partition) {
        try {
            return consumer.endOffsets(List.of(partition), POLL).getOrDefault(partition, -1L);
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            return -1; // the broker is away: asked again with the next poll
        }
    }

    private long position(TopicPartition partition) {
        try {
            return consumer.position(partition, POLL);
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            return -1; // the broker is away: asked again with the next poll
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (key.startsWith(NOTE_PREFIX)) {
            if (record.value() == null) {
                notes.remove(key);
            } else {
                notes.put(key, Body.of(record.value()));
            }
            return;
        }
        if (record.value() == null) {
            values.remove(key);
            return;
        }
        try {
            values.put(key, ProtocolJson.decode(Body.of(record.value()), type));
        } catch (UnreadableRecordException e) {
            log.warn("{}: entry {} is left out: {}", topic, key, e.getMessage());
        }
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

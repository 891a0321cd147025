package dev.sluice.ingress.kafka;

import dev.sluice.chassis.kafka.TopicAdmin;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.protocol.RequestsTopic;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The requests topics that are known to be there as they should; made on their first use.
 *
 * <p>One thread asks the broker, so that a caller waits no longer than it wants to and a broker
 * that is away is not asked by all of them at once.
 */
public final class LaneTopics implements AutoCloseable {

    private final TopicAdmin admin;
    private final Set<RequestsTopic> ready = ConcurrentHashMap.newKeySet();
    private final Map<RequestsTopic, CompletableFuture<Void>> making = new ConcurrentHashMap<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Fatal.threads("lane-topics"));

    public LaneTopics(TopicAdmin admin) {
        this.admin = admin;
    }

    /** Whether it is known to be there; false says nothing. */
    public boolean isReady(RequestsTopic topic) {
        return ready.contains(topic);
    }

    /** Makes or checks a topic; the answer says why it is not there in time, if so. */
    public Optional<String> ensure(RequestsTopic topic, long timeoutMillis)
            throws InterruptedException {
        if (ready.contains(topic)) {
            return Optional.empty();
        }
        CompletableFuture<Void> made =
                making.computeIfAbsent(
                        topic, t -> CompletableFuture.runAsync(() -> make(t), thread));
        try {
            made.get(timeoutMillis, TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("the broker did not make the topic " + topic + " in time");
        } catch (ExecutionException e) {
            return Optional.of(Causes.of(e));
        }
    }

    /** Whether the broker has this topic; empty if it does not answer in time. */
    public Optional<Boolean> exists(RequestsTopic topic, long timeoutMillis)
            throws InterruptedException {
        if (ready.contains(topic)) {
            return Optional.of(true);
        }
        try {
            return Optional.of(
                    thread.submit(admin::requestsTopics)
                            .get(timeoutMillis, TimeUnit.MILLISECONDS)
                            .contains(topic));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        }
    }

    private void make(RequestsTopic topic) {
        try {
            admin.ensureRequests(topic);
            ready.add(topic);
        } catch (StartException e) {
            throw new CompletionException(e);
        } catch (TimeoutException e) {
            throw new CompletionException(
                    new TimeoutException("the broker does not answer (topic " + topic + ")"));
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        } finally {
            making.remove(topic);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}

package dev.sluice.benchmarks.http;

import java.net.URI;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The client of the workers without a queue: sends to a node as fast as it answers. */
public final class DirectSends implements AutoCloseable {

    private final HttpClient client = new HttpClient();
    private final LongAdder answered = new LongAdder();
    private volatile String wrong = "";

    /** A client with the settings of a worker's that tell on its speed. */
    public DirectSends() throws Exception {
        var threads = new QueuedThreadPool(64, 2);
        threads.setDaemon(true);
        client.setExecutor(threads);
        client.setFollowRedirects(false);
        client.setStrictEventOrdering(false);
        client.setMaxConnectionsPerDestination(1_000_000);
        client.start();
    }

    /**
     * Sends for some seconds.
     *
     * @param inFlight at most so many at the same time
     * @return how many were answered with 200
     */
    public long run(URI to, byte[] body, int inFlight, int seconds) throws InterruptedException {
        answered.reset();
        var slots = new Semaphore(inFlight);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - until < 0) {
            slots.acquire();
            client.newRequest(to)
                    .method("POST")
                    .body(new BytesRequestContent("text/plain", body))
                    .send(new Answer(slots));
        }
        slots.acquire(inFlight);
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(to + ": " + wrong);
        }
        return answered.sum();
    }

    @Override
    public void close() {
        LifeCycle.stop(client);
    }

    private final class Answer extends BufferingResponseListener {
        private final Semaphore slots;

        Answer(Semaphore slots) {
            this.slots = slots;
        }

        @Override
        public void onComplete(Result result) {
            if (result.isSucceeded() && result.getResponse().getStatus() == 200) {
                answered.increment();
            } else {
                wrong = String.valueOf(result.getFailure());
            }
            slots.release();
        }
    }
}

package dev.sluice.system;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** So many clients at one time. */
public final class Parallel {

    private Parallel() {}

    /** The answers, in the order of what was asked; the first failure is the test's. */
    public static <T, R> List<R> map(int clients, List<T> items, Function<T, R> step) {
        var factory = Thread.ofVirtual().name("client-", 0).factory();
        try (var threads = Executors.newFixedThreadPool(clients, factory)) {
            var tasks = new ArrayList<Callable<R>>();
            items.forEach(item -> tasks.add(() -> step.apply(item)));
            var answers = new ArrayList<R>();
            for (var done : threads.invokeAll(tasks)) {
                answers.add(done.get());
            }
            return answers;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.sluice.embedded;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntConsumer;
import org.apache.kafka.common.utils.Exit;

/**
 * The place where Kafka's attempts to end the JVM arrive.
 *
 * <p>A broker ends its process when its log directory or its controller fails. Ours is one of
 * several services in the process, so the attempt is told to that broker's owner instead. Which
 * broker it was is known by the thread group: every thread of a broker descends from the one that
 * started it. Exits of any other thread are Kafka's default.
 */
final class FatalExits {

    private static final Map<ThreadGroup, IntConsumer> LISTENERS = new ConcurrentHashMap<>();

    static {
        Exit.setHaltProcedure((status, message) -> tell(status, Runtime.getRuntime()::halt));
        Exit.setExitProcedure((status, message) -> tell(status, Runtime.getRuntime()::exit));
    }

    private FatalExits() {}

    /** From now on, an exit asked for by a thread of {@code group} goes to {@code listener}. */
    static void listen(ThreadGroup group, IntConsumer listener) {
        if (LISTENERS.putIfAbsent(group, listener) != null) {
            throw new IllegalStateException("listened to twice: " + group);
        }
    }

    static void forget(ThreadGroup group) {
        LISTENERS.remove(group);
    }

    private static void tell(int status, IntConsumer otherwise) {
        var group = Thread.currentThread().getThreadGroup();
        var listener = group == null ? otherwise : LISTENERS.getOrDefault(group, otherwise);
        listener.accept(status);
    }
}

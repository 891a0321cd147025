package dev.sluice.chassis.lifecycle;

import dev.sluice.chassis.pace.HeapPressure;
import dev.sluice.chassis.time.NanoClock;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the heap of this JVM several times a second: whether it is under pressure. */
public final class HeapWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(HeapWatch.class);

    private static final long LOOK_MS = 250;
    // while nothing is taken in, nothing makes the collector look whether there is room again
    private static final long COLLECT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final NanoClock nanos;
    private final Optional<MemoryPoolMXBean> old;
    private final List<GarbageCollectorMXBean> collectors =
            ManagementFactory.getGarbageCollectorMXBeans();
    private final HeapPressure pressure;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean pressed;

    /** Begins to look. */
    public HeapWatch(NanoClock nanos) {
        this.nanos = nanos;
        this.old =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
                        .filter(pool -> pool.getName().matches(".*(Old|Tenured).*"))
                        .findFirst();
        this.pressure = new HeapPressure(nanos.nanoTime(), seen());
        Fatal.start("heap-watch", this::run);
    }

    /** Whether nothing more should be taken in for now. */
    public boolean isUnderPressure() {
        return pressed;
    }

    private void run() {
        long collectedNanos = nanos.nanoTime();
        try {
            while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
                long now = nanos.nanoTime();
                boolean before = pressed;
                pressed = pressure.look(now, seen());
                if (pressed != before) {
                    log.warn(
                            pressed
                                    ? "the heap is nearly full: nothing is taken in until there is"
                                            + " room (-Xmx)"
                                    : "the heap has room again");
                    collectedNanos = now;
                }
                if (pressed && now - collectedNanos >= COLLECT_NANOS) {
                    collectedNanos = now;
                    System.gc();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody interrupts it but to end it
        }
    }

    private HeapPressure.Seen seen() {
        long collecting = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            collecting += Math.max(0, collector.getCollectionTime());
        }
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return new HeapPressure.Seen(
                old.map(pool -> part(pool.getCollectionUsage())).orElse(0.0),
                part(heap),
                TimeUnit.MILLISECONDS.toNanos(collecting));
    }

    private static double part(MemoryUsage usage) {
        return usage.getMax() <= 0 ? 0 : (double) usage.getUsed() / (double) usage.getMax();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}

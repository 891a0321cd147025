package dev.sluice.chassis.time;

/** A monotonic clock: only differences mean anything. */
@FunctionalInterface
public interface NanoClock {

    NanoClock SYSTEM = System::nanoTime;

    /** Nanoseconds since an arbitrary moment. */
    long nanoTime();
}

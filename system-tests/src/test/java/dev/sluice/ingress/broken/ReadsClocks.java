package dev.sluice.ingress.broken;

import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** All the ways to read a clock, two of them by a method reference. */
public final class ReadsClocks {
    final LongSupplier nanos = System::nanoTime;
    final java.util.function.Supplier<Instant> now = Instant::now;

    long millis() {
        return System.currentTimeMillis();
    }

    Instant instant() {
        return Instant.now();
    }

    Clock clock() {
        return Clock.systemUTC();
    }

    InstantSource source() {
        return InstantSource.system();
    }
}

package dev.sluice.monitor.health.broken;

import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/** Chance in a pure package, once by a method reference. */
public final class DrawsLots {
    final DoubleSupplier reference = Math::random;

    double random() {
        return new Random(1).nextDouble();
    }

    ThreadLocalRandom local() {
        return ThreadLocalRandom.current();
    }

    UUID id() {
        return UUID.randomUUID();
    }
}

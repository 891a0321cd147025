package dev.sluice.monitor.health.broken;

/** A thread in a pure package. */
public abstract class StartsAThread {
    abstract Thread thread();
}

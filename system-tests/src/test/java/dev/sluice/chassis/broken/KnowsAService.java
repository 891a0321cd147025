package dev.sluice.chassis.broken;

import dev.sluice.monitor.MonitorService;

/** A foundation that knows what stands on it. */
public abstract class KnowsAService {
    abstract MonitorService monitor();
}

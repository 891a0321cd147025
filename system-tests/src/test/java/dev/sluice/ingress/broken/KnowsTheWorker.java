package dev.sluice.ingress.broken;

import dev.sluice.worker.WorkerService;

/** A service that depends on another, in a package that is not null-marked. */
public abstract class KnowsTheWorker {
    abstract WorkerService worker();
}

package dev.sluice.worker.keeper;

import dev.sluice.protocol.PoolName;
import java.util.Optional;

/** Finds the way to a pool's keeper; empty while nobody is known to keep it, or to be there. */
@FunctionalInterface
public interface Routes {

    Optional<Route> to(PoolName pool);
}

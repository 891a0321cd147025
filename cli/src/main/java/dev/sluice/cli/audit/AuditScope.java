package dev.sluice.cli.audit;

import dev.sluice.protocol.PoolName;
import java.time.Instant;
import java.util.Optional;

/**
 * Which requests are audited, by the broker's append time.
 *
 * @param from the first moment that belongs to it; empty: from the start of the log
 * @param to the first moment that does not; empty: to the end of the log
 * @param pool only of this pool; empty: of all
 */
public record AuditScope(Optional<Instant> from, Optional<Instant> to, Optional<PoolName> pool) {

    /** Everything there is. */
    public static final AuditScope WHOLE =
            new AuditScope(Optional.empty(), Optional.empty(), Optional.empty());

    public AuditScope {
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            throw new IllegalArgumentException(
                    "no time lies from %s to %s".formatted(from.get(), to.get()));
        }
    }
}

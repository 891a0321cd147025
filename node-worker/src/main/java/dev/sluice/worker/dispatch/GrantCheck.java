package dev.sluice.worker.dispatch;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds the grants that are out at a worker against the attempts that are under way: a grant
 * without one keeps a slot of its node for nothing, and its request is lost until a restart.
 *
 * <p>The end of an attempt is told by another thread than the one that gives the grant back. So a
 * grant counts as unaccounted for only when it is that at two looks one after the other.
 *
 * @param <G> a grant
 */
public final class GrantCheck<G> {

    private final Set<G> missed = new HashSet<>(); // at the look before
    private final Set<G> told = new HashSet<>();

    /**
     * Those that are unaccounted for; each is named once.
     *
     * @param out grants that were not given back
     * @param underWay grants whose attempt is under way
     */
    public List<G> look(Collection<G> out, Set<G> underWay) {
        var missing = new HashSet<>(out);
        missing.removeAll(underWay);
        List<G> unaccounted = missing.stream().filter(missed::contains).filter(told::add).toList();
        missed.clear();
        missed.addAll(missing);
        told.retainAll(missing);
        return unaccounted;
    }
}

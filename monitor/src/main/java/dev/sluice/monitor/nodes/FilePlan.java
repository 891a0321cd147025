package dev.sluice.monitor.nodes;

import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.RegisteredNode.Origin;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a nodes file changes in the registry. */
public sealed interface FilePlan {

    /** The file is the one that was applied last: whatever was changed since then stays. */
    record Unchanged() implements FilePlan {}

    /**
     * The file is to be applied.
     *
     * @param puts entries to write; those that are already so are not among them
     * @param removals ids of nodes that came from a file and are not in this one
     */
    record Apply(List<RegisteredNode> puts, List<String> removals) implements FilePlan {}

    /**
     * Compares.
     *
     * <p>What the file lists is as the file says, also where it was changed or removed at run time
     * before; nodes that were added at run time and are not in the file stay.
     *
     * @param current the registry
     * @param applied digest of the file that was applied last
     */
    static FilePlan decide(
            Map<String, RegisteredNode> current,
            Optional<String> applied,
            NodesFile.Valid file,
            Instant now) {
        if (applied.isPresent() && applied.get().equals(file.digest())) {
            return new Unchanged();
        }
        var puts = new ArrayList<RegisteredNode>();
        Set<String> listed = new HashSet<>();
        for (NodeSpec spec : file.nodes()) {
            listed.add(spec.id());
            RegisteredNode there = current.get(spec.id());
            boolean same =
                    there != null && there.origin() == Origin.FILE && there.spec().equals(spec);
            if (!same) {
                puts.add(new RegisteredNode(spec, Origin.FILE, now));
            }
        }
        var removals = new ArrayList<String>();
        new TreeMap<>(current)
                .forEach(
                        (id, node) -> {
                            if (node.origin() == Origin.FILE && !listed.contains(id)) {
                                removals.add(id);
                            }
                        });
        return new Apply(List.copyOf(puts), List.copyOf(removals));
    }
}

package dev.sluice.worker.credentials;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The credentials of one place, such as the secrets directory, as of the last look at it.
 *
 * @param entries by name
 * @param problem why the place as a whole cannot be read now; what was read before stays
 */
public record Place(Map<String, Entry> entries, Optional<String> problem) {

    /** A place where there is nothing. */
    public static final Place EMPTY = new Place(Map.of(), Optional.empty());

    public Place {
        entries = Map.copyOf(entries);
    }

    /** After another look at it, which found these. */
    public Place now(Map<String, Entry> found) {
        var next = new TreeMap<String, Entry>();
        found.forEach(
                (name, entry) ->
                        next.put(name, entry.after(Optional.ofNullable(entries.get(name)))));
        return new Place(next, Optional.empty());
    }

    /** After a look at it that failed. */
    public Place unreadable(String why) {
        return new Place(entries, Optional.of(why));
    }
}

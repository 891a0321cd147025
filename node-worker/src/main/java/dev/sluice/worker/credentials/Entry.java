package dev.sluice.worker.credentials;

import java.util.List;
import java.util.Optional;

/**
 * What was read of one credential.
 *
 * @param credential the last one without mistakes; none if there never was one
 * @param problems what is wrong with what stands there now; never with a value in it
 * @param from where it stands, for people
 */
public record Entry(Optional<Credential> credential, List<String> problems, String from) {

    public Entry {
        problems = List.copyOf(problems);
    }

    static Entry good(Credential credential, String from) {
        return new Entry(Optional.of(credential), List.of(), from);
    }

    static Entry bad(List<String> problems, String from) {
        return new Entry(Optional.empty(), problems, from);
    }

    /** Broken ones leave in force what was there before. */
    Entry after(Optional<Entry> before) {
        return problems.isEmpty() || before.isEmpty()
                ? this
                : new Entry(before.get().credential, problems, from);
    }
}

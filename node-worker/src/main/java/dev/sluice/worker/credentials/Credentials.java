package dev.sluice.worker.credentials;

import dev.sluice.protocol.NodeSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * All credentials that this worker has at one moment.
 *
 * @param places in the order in which they are looked at
 * @param environment by the name of the variable, looked at last; see {@link #variable}
 */
public record Credentials(List<Place> places, Place environment) {

    /** An entry by the name it goes by. */
    public record Named(String name, Entry entry) {}

    public Credentials {
        places = List.copyOf(places);
    }

    /** What follows {@code SLUICE_CREDENTIAL_} in the variable of a credential. */
    public static String variable(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
    }

    /** Whether requests may go to this node, and with what. */
    public Permission permission(NodeSpec node) {
        if (node.credential().isEmpty()) {
            return Permission.NotNeeded.INSTANCE;
        }
        String name = node.credential().get();
        Optional<Entry> found = find(name);
        if (found.isEmpty()) {
            return withheld(
                    name,
                    "is not there: put it into the secrets directory or file (credentials.dir,"
                            + " credentials.file), or set SLUICE_CREDENTIAL_"
                            + variable(name));
        }
        Entry entry = found.get();
        if (entry.credential().isEmpty()) {
            return withheld(
                    name,
                    "cannot be used: %s (%s)"
                            .formatted(String.join("; ", entry.problems()), entry.from()));
        }
        Credential credential = entry.credential().get();
        Optional<String> objection = credential.objection(node.url());
        return objection.isPresent()
                ? withheld(name, objection.get())
                : new Permission.Granted(credential);
    }

    /** All of them, also those that others of the same name go before; variables by their name. */
    public List<Named> all() {
        var all = new ArrayList<Named>();
        for (Place place : places) {
            place.entries().forEach((name, entry) -> all.add(new Named(name, entry)));
        }
        environment
                .entries()
                .forEach((name, entry) -> all.add(new Named("SLUICE_CREDENTIAL_" + name, entry)));
        all.sort(Comparator.comparing(Named::name));
        return List.copyOf(all);
    }

    /** What is wrong now, a sentence each, without any value. */
    public List<String> problems() {
        var problems = new ArrayList<String>();
        for (Place place : places) {
            place.problem().ifPresent(why -> problems.add(why + "; what was read before stays"));
        }
        for (Named named : all()) {
            Entry entry = named.entry();
            for (String problem : entry.problems()) {
                problems.add(
                        "credential '%s' (%s): %s; %s"
                                .formatted(
                                        named.name(),
                                        entry.from(),
                                        problem,
                                        entry.credential().isPresent()
                                                ? "the value from before stays"
                                                : "its nodes get no requests"));
            }
        }
        return List.copyOf(problems);
    }

    private Optional<Entry> find(String name) {
        for (Place place : places) {
            Entry entry = place.entries().get(name);
            if (entry != null) {
                return Optional.of(entry);
            }
        }
        return Optional.ofNullable(environment.entries().get(variable(name)));
    }

    private static Permission withheld(String name, String why) {
        return new Permission.Withheld("credential '" + name + "' " + why);
    }
}

package dev.sluice.chassis.settings;

import java.util.Set;
import java.util.TreeSet;

/** The rule which keys and variables a process does not know: they are mistakes. */
final class KnownKeys {

    /** The first words of all keys there are; one file may serve every service. */
    private static final Set<String> SECTIONS =
            Set.of(
                    "lb",
                    "queue",
                    "worker",
                    "monitor",
                    "stats",
                    "credentials",
                    "sluice",
                    "kafka",
                    "otel",
                    "api",
                    "dashboard",
                    "auth",
                    "blog",
                    "user");

    /** Keys of the shared section that not every service reads. */
    private static final Set<String> SHARED =
            Set.of(
                    "sluice.settings",
                    "sluice.log-format",
                    "sluice.log-level",
                    "sluice.java-home", // read by the script
                    "sluice.java-opts",
                    "sluice.admin-token",
                    "sluice.nodes-file");

    /** Variables that hold secrets of nodes begin so; who does not read them leaves them alone. */
    static final String SECRET_VARIABLES = "SLUICE_CREDENTIAL_";

    private final Set<String> read;
    private final Set<String> openPrefixes;
    private final Set<String> sections;
    private final Set<String> variables = new TreeSet<>();

    /**
     * The rule of one process.
     *
     * @param read the keys that it has read
     * @param openPrefixes below these, every key is known
     * @param sections the first words of the keys that belong to it
     */
    KnownKeys(Set<String> read, Set<String> openPrefixes, Set<String> sections) {
        this.read = read;
        this.openPrefixes = openPrefixes;
        this.sections = sections;
        SHARED.forEach(key -> variables.add(Settings.variable(key)));
        read.forEach(key -> variables.add(Settings.variable(key)));
    }

    /** Of the settings file. */
    boolean isUnknownKey(String key) {
        String section = key.substring(0, Math.max(0, key.indexOf('.')));
        boolean ours = sections.contains(section) || !SECTIONS.contains(section);
        return ours
                && !read.contains(key)
                && !SHARED.contains(key)
                && openPrefixes.stream().noneMatch(key::startsWith);
    }

    /** Of the environment. */
    boolean isUnknownVariable(String name) {
        return sections.stream().anyMatch(s -> name.startsWith(Settings.variable(s) + "_"))
                && openPrefixes.stream().noneMatch(p -> name.startsWith(Settings.variable(p)))
                && !name.startsWith(SECRET_VARIABLES)
                && !variables.contains(name);
    }
}

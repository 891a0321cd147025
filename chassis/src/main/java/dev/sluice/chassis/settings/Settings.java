package dev.sluice.chassis.settings;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The settings of one process while they are being read: environment over file over defaults.
 *
 * <p>A key such as {@code lb.max-body-bytes} is the same setting as the variable {@code
 * LB_MAX_BODY_BYTES}. Mistakes are collected; {@link #check} reports all of them at once, unknown
 * keys included.
 */
public final class Settings {

    /** Names the settings file (YAML); the only variable that is not also a key. */
    public static final String FILE_VARIABLE = "SLUICE_SETTINGS";

    private final SmallRyeConfig config;
    private final Set<String> fileKeys;
    private final Map<String, String> environment;
    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> effective = new TreeMap<>();
    private final Set<String> openPrefixes = new TreeSet<>();

    private Settings(SmallRyeConfig config, Set<String> fileKeys, Map<String, String> environment) {
        this.config = config;
        this.fileKeys = fileKeys;
        this.environment = environment;
    }

    /** The process's own environment, and the file that it names. */
    public static Settings ofProcess() {
        return of(System.getenv(), Map.of());
    }

    /**
     * Settings of this environment and the file that its {@link #FILE_VARIABLE} names.
     *
     * @param over values by key that go over everything, such as options of the command line
     */
    public static Settings of(Map<String, String> environment, Map<String, String> over) {
        var builder = new SmallRyeConfigBuilder();
        Set<String> fileKeys = Set.of();
        String file = environment.get(FILE_VARIABLE);
        if (file != null) {
            try {
                var source = new YamlConfigSource(file, Files.readString(Path.of(file)), 110);
                fileKeys = source.getPropertyNames();
                builder.withSources(source);
            } catch (IOException | RuntimeException e) {
                throw new SettingsException(
                        List.of(
                                "%s: cannot read the settings file %s: %s"
                                        .formatted(FILE_VARIABLE, file, e)));
            }
        }
        var variables = new HashMap<>(environment);
        variables.values().removeIf(String::isEmpty); // as Compose passes a variable that is unset
        builder.withSources(
                new EnvConfigSource(variables, 300),
                new PropertiesConfigSource(over, "command line", 400));
        return new Settings(builder.build(), fileKeys, variables);
    }

    public String text(String key, String byDefault) {
        return read(key, Optional.of(byDefault), text -> text);
    }

    public Optional<String> text(String key) {
        Optional<String> value = value(key);
        effective.put(key, value.orElse("(unset)"));
        return value;
    }

    public Optional<Secret> secret(String key) {
        Optional<Secret> value = value(key).map(Secret::new);
        effective.put(key, value.isPresent() ? "***" : "(unset)");
        return value;
    }

    /** A whole number in these bounds, both included; {@code unit} stands in messages. */
    public int number(String key, int byDefault, int min, int max, String unit) {
        return (int) number(key, (long) byDefault, min, max, unit);
    }

    /** A whole number in these bounds, both included; {@code unit} stands in messages. */
    public long number(String key, long byDefault, long min, long max, String unit) {
        return read(
                key,
                Optional.of(byDefault),
                text -> {
                    long value;
                    try {
                        value = Long.parseLong(text.strip().replace("_", ""));
                    } catch (NumberFormatException e) {
                        throw new IllegalArgumentException("must be a whole number of " + unit, e);
                    }
                    if (value < min || value > max) {
                        throw new IllegalArgumentException(
                                "must be from %d to %d %s".formatted(min, max, unit));
                    }
                    return value;
                });
    }

    public int port(String key, int byDefault) {
        return number(key, byDefault, 0, 65535, "(a TCP port; 0 takes a free one)");
    }

    public boolean flag(String key, boolean byDefault) {
        return read(
                key,
                Optional.of(byDefault),
                text ->
                        switch (text.strip()) {
                            case "true" -> true;
                            case "false" -> false;
                            default -> throw new IllegalArgumentException("must be true or false");
                        });
    }

    /** A value of any type; {@code parse} throws IllegalArgumentException with what it must be. */
    public <T> T value(String key, T byDefault, Function<String, T> parse) {
        return read(key, Optional.of(byDefault), parse);
    }

    /** An http or https URL. */
    public Optional<URI> url(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI url = URI.create(text.get());
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null) {
                return Optional.of(url);
            }
        } catch (IllegalArgumentException e) {
            // reported below, with what it must be
        }
        problem(key, "must be a URL such as http://host:port, not '" + text.get() + "'");
        return Optional.empty();
    }

    /** All keys of an open section such as {@code kafka.}, by what follows the prefix. */
    public Map<String, String> section(String prefix) {
        openPrefixes.add(prefix);
        var values = new TreeMap<String, String>();
        for (String name : config.getPropertyNames()) {
            if (name.startsWith(prefix)) {
                // the file may have a dotted key in one piece, which is then quoted here
                String rest = name.substring(prefix.length()).replace("\"", "");
                value(name).ifPresent(value -> values.put(rest, value));
            }
        }
        String variablePrefix = variable(prefix);
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith(variablePrefix)) {
                        String rest = name.substring(variablePrefix.length());
                        values.put(
                                rest.toLowerCase(java.util.Locale.ROOT).replace('_', '.'), value);
                    }
                });
        return values;
    }

    /** The secrets that stand in variables {@code SLUICE_CREDENTIAL_…}, by what follows there. */
    public Map<String, Secret> credentialVariables() {
        var secrets = new TreeMap<String, Secret>();
        environment.forEach(
                (name, value) -> {
                    if (name.startsWith(KnownKeys.SECRET_VARIABLES)) {
                        secrets.put(
                                name.substring(KnownKeys.SECRET_VARIABLES.length()),
                                new Secret(value));
                    }
                });
        return secrets;
    }

    /** Notes a problem found by the caller, to be reported with the others. */
    public void problem(String key, String message) {
        String problem = "%s (%s): %s".formatted(key, variable(key), message);
        if (!problems.contains(problem)) { // two services of one process may read the same key
            problems.add(problem);
        }
    }

    /** Notes the effective value of something read by {@link #section}, for the log. */
    public void show(String key, String value) {
        effective.put(key, value);
    }

    /**
     * Reports everything that is wrong.
     *
     * @param sections the first words of the keys that belong to this process; a key of the file or
     *     a variable of one of these sections that nobody has read is a mistake
     * @throws SettingsException if anything is
     */
    public void check(Set<String> sections) {
        var rule = new KnownKeys(effective.keySet(), openPrefixes, sections);
        var unknown = new TreeSet<String>();
        fileKeys.stream().filter(rule::isUnknownKey).forEach(unknown::add);
        environment.keySet().stream().filter(rule::isUnknownVariable).forEach(unknown::add);
        unknown.forEach(
                key ->
                        problems.add(
                                key
                                        + ": no such setting; known are "
                                        + String.join(", ", effective.keySet())));
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    /** What is in force, by key, secrets redacted. */
    public Map<String, String> effective() {
        return Map.copyOf(effective);
    }

    private <T> T read(String key, Optional<T> byDefault, Function<String, T> parse) {
        Optional<String> text = value(key);
        T result = byDefault.orElseThrow(NoSuchElementException::new);
        if (text.isPresent()) {
            try {
                result = parse.apply(text.get());
            } catch (IllegalArgumentException e) {
                problem(key, e.getMessage() + ", not '" + text.get() + "'");
            }
        }
        effective.put(key, String.valueOf(result));
        return result;
    }

    private Optional<String> value(String key) {
        return config.getOptionalValue(key, String.class);
    }

    /** The variable that is the same setting as a key. */
    static String variable(String key) {
        return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(java.util.Locale.ROOT);
    }
}

package dev.sluice.worker.secrets;

import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.worker.credentials.CredentialText;
import dev.sluice.worker.credentials.Entry;
import dev.sluice.worker.credentials.Place;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a worker's credentials stand.
 *
 * @param dir one file for each
 * @param file one file for all
 * @param environment those of variables, by what follows {@code SLUICE_CREDENTIAL_}
 */
public record SecretsSettings(Optional<Path> dir, Optional<Path> file, Place environment) {

    /** None anywhere. */
    public static final SecretsSettings NONE =
            new SecretsSettings(Optional.empty(), Optional.empty(), Place.EMPTY);

    private static final String VARIABLE = "SLUICE_CREDENTIAL_";
    private static final String HOSTS = "_HOSTS";

    /** Reads them; what is wrong with a variable is a mistake of the settings. */
    public static SecretsSettings read(Settings settings) {
        return new SecretsSettings(
                settings.text("credentials.dir").map(Path::of),
                settings.text("credentials.file").map(Path::of),
                environment(settings));
    }

    private static Place environment(Settings settings) {
        Map<String, Secret> variables = settings.credentialVariables();
        var entries = new TreeMap<String, Entry>();
        variables.forEach(
                (name, secret) -> {
                    if (name.endsWith(HOSTS)) {
                        String of = name.substring(0, name.length() - HOSTS.length());
                        if (!variables.containsKey(of)) {
                            problem(settings, name, "there is no " + VARIABLE + of);
                        }
                        return;
                    }
                    Optional<String> hosts =
                            Optional.ofNullable(variables.get(name + HOSTS)).map(Secret::value);
                    Entry entry =
                            CredentialText.parse(
                                    name,
                                    secret.value(),
                                    hosts,
                                    VARIABLE + name + HOSTS + "=api.example.com",
                                    VARIABLE + name);
                    entry.problems().forEach(problem -> problem(settings, name, problem));
                    entries.put(name, entry);
                });
        return new Place(entries, Optional.empty());
    }

    private static void problem(Settings settings, String name, String problem) {
        settings.problem("sluice.credential." + name.toLowerCase(Locale.ROOT), problem);
    }
}

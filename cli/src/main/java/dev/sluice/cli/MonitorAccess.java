package dev.sluice.cli;

import dev.sluice.chassis.http.AdminToken;
import dev.sluice.chassis.settings.Secret;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.cli.data.SecretFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the monitor is, and the admin token for it, as the environment says.
 *
 * @param set the token of {@code SLUICE_ADMIN_TOKEN}
 */
record MonitorAccess(URI monitor, Optional<Secret> set) {

    private static final Path DEFAULT_DATA = Path.of("./data");
    private static final Set<String> HERE = Set.of("127.0.0.1", "localhost", "[::1]");

    static MonitorAccess read(Map<String, String> environment) {
        var settings = Settings.of(environment, Map.of());
        var byPort = URI.create("http://127.0.0.1:" + settings.port("monitor.port", 7400));
        URI url = settings.url("monitor.url").orElse(byPort);
        Optional<Secret> set = AdminToken.read(settings);
        settings.check(Set.of()); // no section of our own: only what was read can be wrong
        return new MonitorAccess(url, set);
    }

    /**
     * The token to change things with: the one that is set, else the one that an {@code up} with
     * this data directory keeps. That one goes to another machine only when the directory is named.
     *
     * @throws InputException if there is none
     */
    Secret token(Optional<Path> data) throws InputException {
        if (set.isPresent()) {
            return set.get();
        }
        boolean here = HERE.contains(String.valueOf(monitor.getHost()));
        if (data.isPresent() || here) {
            Path dir = data.orElse(DEFAULT_DATA);
            try {
                Optional<Secret> kept = SecretFile.ADMIN_TOKEN.read(dir);
                if (kept.isPresent()) {
                    return kept.get();
                }
            } catch (IOException e) {
                throw new InputException(
                        List.of(
                                "%s cannot be read: %s"
                                        .formatted(SecretFile.ADMIN_TOKEN.in(dir), e)));
            }
        }
        throw new InputException(
                List.of(
                        "no admin token: set SLUICE_ADMIN_TOKEN to the monitor's, or name the data"
                                + " directory of 'sluice up' with --data"));
    }
}

package dev.sluice.worker.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Settings;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.PoolName;
import dev.sluice.worker.credentials.Permission;
import dev.sluice.worker.credentials.Place;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    static {
        // for what has no promise in seconds: a machine with other work to do takes longer
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    @TempDir private Path dir;

    @Test
    void aSecretIsRotatedWithoutARestart() throws Exception {
        write("main", "sk-one");
        write("main.hosts", "api.example.com\n");
        Files.createDirectory(dir.resolve("sub"));
        write(".hidden", "no credential");
        try (var secrets = open()) {
            var changes = new AtomicInteger();
            secrets.onChange(changes::incrementAndGet);
            assertThat(sent(secrets, "main")).isEqualTo("Bearer sk-one");
            assertThat(secrets.credentials().all()).hasSize(1);

            write("main", "sk-two");
            await().until(() -> sent(secrets, "main").equals("Bearer sk-two"));
            await().until(() -> changes.get() == 1);

            write("late", "{value: sk-late, hosts: [api.example.com]}");
            await().until(() -> sent(secrets, "late").equals("Bearer sk-late"));
            Files.delete(dir.resolve("late"));
            await().until(() -> sent(secrets, "late").contains("is not there"));
            assertThat(sent(secrets, "main")).isEqualTo("Bearer sk-two");
        }
    }

    @Test
    void aBrokenOneLeavesTheLastGoodOneInForce() throws Exception {
        write("main", "{value: sk-one, hosts: [api.example.com]}");
        try (var secrets = open()) {
            write("main", "{value: sk-two}");
            await().until(() -> !secrets.credentials().problems().isEmpty());
            assertThat(secrets.credentials().problems())
                    .singleElement()
                    .asString()
                    .contains("main", "hosts are missing", "the value from before stays")
                    .doesNotContain("sk-two");
            assertThat(sent(secrets, "main")).isEqualTo("Bearer sk-one");

            write("main", "{value: sk-three, hosts: [api.example.com]}");
            await().until(() -> sent(secrets, "main").equals("Bearer sk-three"));
            assertThat(secrets.credentials().problems()).isEmpty();
        }
    }

    @Test
    void aMountedVolumeThatIsSwappedAsAWholeIsFollowed() throws Exception {
        Path mount = Files.createDirectory(dir.resolve("mount"));
        swap(mount, "v1", "sk-one");
        Files.createSymbolicLink(mount.resolve("main"), Path.of("..data", "main"));
        Files.createSymbolicLink(mount.resolve("main.hosts"), Path.of("..data", "main.hosts"));
        var settings = new SecretsSettings(Optional.of(mount), Optional.empty(), Place.EMPTY);
        try (var secrets = Secrets.open(settings)) {
            assertThat(sent(secrets, "main")).isEqualTo("Bearer sk-one");
            swap(mount, "v2", "sk-two");
            await().until(() -> sent(secrets, "main").equals("Bearer sk-two"));
        }
    }

    @Test
    void aDirectoryOrFileThatGoesAwayLeavesWhatWasReadAndIsTold() throws Exception {
        Path file = dir.resolve("secrets.yaml");
        Files.writeString(file, "credentials: {main: {value: sk-1, hosts: [api.example.com]}}");
        var settings = new SecretsSettings(Optional.empty(), Optional.of(file), Place.EMPTY);
        try (var secrets = Secrets.open(settings)) {
            Files.delete(file);
            await().until(() -> !secrets.credentials().problems().isEmpty());
            assertThat(secrets.credentials().problems().getFirst())
                    .contains(file.toString(), "cannot be read", "what was read before stays");
            assertThat(sent(secrets, "main")).isEqualTo("Bearer sk-1");

            Files.writeString(file, "credentials: {main: {value: 'sk-1");
            await().until(
                            () ->
                                    secrets.credentials()
                                            .problems()
                                            .toString()
                                            .contains("it is not YAML, see line 1"));
            assertThat(sent(secrets, "main")).isEqualTo("Bearer sk-1");

            Files.writeString(file, "credentials: {main: {value: sk-2, hosts: [api.example.com]}}");
            await().until(() -> sent(secrets, "main").equals("Bearer sk-2"));
            assertThat(secrets.credentials().problems()).isEmpty();
        }
    }

    @Test
    void aPlaceThatIsNotThereStopsTheStart() {
        Path none = dir.resolve("none");
        assertThatThrownBy(
                        () ->
                                Secrets.open(
                                        new SecretsSettings(
                                                Optional.of(none), Optional.empty(), Place.EMPTY)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("secrets directory")
                .hasMessageContaining(none.toString());
        assertThatThrownBy(
                        () ->
                                Secrets.open(
                                        new SecretsSettings(
                                                Optional.empty(), Optional.of(none), Place.EMPTY)))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("secrets file");
    }

    @Test
    void theEnvironmentIsRead() throws Exception {
        var settings =
                Settings.of(
                        Map.of(
                                "CREDENTIALS_DIR", dir.toString(),
                                "SLUICE_CREDENTIAL_OPENAI_MAIN", "sk-1",
                                "SLUICE_CREDENTIAL_OPENAI_MAIN_HOSTS", "api.example.com",
                                "SLUICE_CREDENTIAL_KEY",
                                        "{header: X-Key, value: k-1, hosts: [api.example.com]}"),
                        Map.of());
        var read = SecretsSettings.read(settings);
        settings.check(Set.of("credentials", "sluice"));

        try (var secrets = Secrets.open(read)) {
            assertThat(sent(secrets, "openai-main")).isEqualTo("Bearer sk-1");
            assertThat(sent(secrets, "openai.main")).isEqualTo("Bearer sk-1");
            assertThat(sent(secrets, "key")).isEqualTo("k-1");
        }
        assertThat(settings.effective().toString() + read).doesNotContain("sk-1", "k-1");
    }

    @Test
    void mistakesInTheEnvironmentAreMistakesOfTheSettings() {
        var settings =
                Settings.of(
                        Map.of(
                                "SLUICE_CREDENTIAL_A", "sk-SECRET",
                                "SLUICE_CREDENTIAL_B", "{value: sk-SECRET, hosts: [h], x: 1}",
                                "SLUICE_CREDENTIAL_C_HOSTS", "h"),
                        Map.of());
        SecretsSettings.read(settings);

        assertThatThrownBy(() -> settings.check(Set.of("sluice")))
                .hasMessageContaining("3 problems")
                .hasMessageContaining("SLUICE_CREDENTIAL_A_HOSTS=api.example.com")
                .hasMessageContaining("(SLUICE_CREDENTIAL_B): 1 unknown key")
                .hasMessageContaining("(SLUICE_CREDENTIAL_C_HOSTS): there is no")
                .hasMessageNotContaining("SECRET");
    }

    private Secrets open() throws StartException {
        return Secrets.open(new SecretsSettings(Optional.of(dir), Optional.empty(), Place.EMPTY));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(dir.resolve(name), text);
    }

    /** As Kubernetes does it: a new directory, and a link that is moved over the old one. */
    private static void swap(Path mount, String version, String token) throws IOException {
        Path real = Files.createDirectory(mount.resolve(".." + version));
        Files.writeString(real.resolve("main"), token);
        Files.writeString(real.resolve("main.hosts"), "api.example.com");
        Path link = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of(".." + version));
        Files.move(link, mount.resolve("..data"), StandardCopyOption.REPLACE_EXISTING);
    }

    /** What goes to a node at api.example.com that names this credential, or why nothing does. */
    private static String sent(Secrets secrets, String name) {
        var node =
                new NodeSpec(
                        "a",
                        PoolName.DEFAULT,
                        URI.create("https://api.example.com"),
                        1,
                        1,
                        1,
                        Optional.of(name));
        return switch (secrets.credentials().permission(node)) {
            case Permission.NotNeeded n -> "";
            case Permission.Granted granted -> granted.credential().value();
            case Permission.Withheld(String why) -> why;
        };
    }
}

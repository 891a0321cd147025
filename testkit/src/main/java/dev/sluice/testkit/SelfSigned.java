package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A TLS key with a certificate that it has signed itself, made by the JDK's {@code keytool}.
 *
 * @param store PKCS #12, with the key and the certificate
 * @param certificate alone, as PEM
 */
public record SelfSigned(Path store, Path certificate) {

    public static final String PASSWORD = "key-password";

    /**
     * Makes one.
     *
     * @param name of its files in {@code dir}
     * @param alternativeName whom it is for, as keytool writes it: {@code ip:127.0.0.1}
     */
    public static SelfSigned in(Path dir, String name, String alternativeName) {
        Path store = dir.resolve(name + ".p12");
        Path certificate = dir.resolve(name + ".crt");
        keytool(
                store,
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=" + alternativeName,
                "-validity",
                "30",
                "-storetype",
                "PKCS12");
        keytool(store, "-exportcert", "-alias", name, "-rfc", "-file", certificate.toString());
        return new SelfSigned(store, certificate);
    }

    /** A store of certificates to trust, these and no others. */
    public static Path trust(Path dir, SelfSigned... trusted) {
        Path store = dir.resolve("trust.p12");
        Stream.of(trusted)
                .forEach(
                        one ->
                                keytool(
                                        store,
                                        "-importcert",
                                        "-noprompt",
                                        "-alias",
                                        one.certificate.getFileName().toString(),
                                        "-file",
                                        one.certificate.toString(),
                                        "-storetype",
                                        "PKCS12"));
        return store;
    }

    private static void keytool(Path store, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said =
                    new String(
                            process.getInputStream().readAllBytes(),
                            java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool: " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

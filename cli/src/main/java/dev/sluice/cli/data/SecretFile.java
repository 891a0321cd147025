package dev.sluice.cli.data;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** A file in the data directory of {@code up} that keeps a secret which it made. */
public enum SecretFile {
    /** Lets its bearer change nodes and replay requests over HTTP. */
    ADMIN_TOKEN("admin-token", ".+", "set SLUICE_ADMIN_TOKEN"),
    /** Lets who knows it use the embedded broker. */
    KAFKA(
            "kafka-secret",
            "[A-Za-z0-9_-]{32,128}",
            "delete it, and a new one is made, or name another directory with --data");

    private static final int SECRET_BYTES = 32; // 256 bits: nobody guesses it

    private final String fileName;
    private final Pattern rule;
    private final String otherwise;

    SecretFile(String fileName, String rule, String otherwise) {
        this.fileName = fileName;
        this.rule = Pattern.compile(rule);
        this.otherwise = otherwise;
    }

    /**
     * A secret that is kept.
     *
     * @param made whether it was made just now
     */
    public record Kept(Secret secret, Path file, boolean made) {}

    /** Where it is in this data directory. */
    public Path in(Path data) {
        return data.resolve(fileName);
    }

    /**
     * The secret of this data directory, made where there is none yet; nobody but its owner may
     * read the file.
     *
     * @throws StartException if it can be neither read nor written
     */
    public Kept keep(Path data) throws StartException {
        Path file = in(data);
        try {
            Optional<Secret> there = read(data);
            if (there.isPresent()) {
                OwnerOnly.close(file);
                return new Kept(there.get(), file, false);
            }
            var bytes = new byte[SECRET_BYTES];
            new SecureRandom().nextBytes(bytes);
            String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            // whole and closed to others before it has its name
            Path next = Files.createTempFile(data, fileName, ".new", OwnerOnly.file(data));
            Files.writeString(next, secret + System.lineSeparator());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            return new Kept(new Secret(secret), file, true);
        } catch (IOException e) {
            throw new StartException("%s cannot be kept (%s): %s".formatted(file, e, otherwise), e);
        }
    }

    /** The secret that an {@code up} with this data directory made, if there is one. */
    public Optional<Secret> read(Path data) throws IOException {
        Path file = in(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String secret = Files.readString(file).strip();
        if (secret.isEmpty()) {
            return Optional.empty();
        }
        if (!rule.matcher(secret).matches()) {
            throw new IOException("it holds no secret");
        }
        return Optional.of(new Secret(secret));
    }
}

package dev.sluice.cli.nodes;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/** The file in the data directory of {@code up} that keeps the admin token it made. */
public final class AdminTokenFile {

    private static final String NAME = "admin-token";
    private static final int TOKEN_BYTES = 32; // 256 bits: nobody guesses it
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private AdminTokenFile() {}

    /**
     * A token that is kept.
     *
     * @param made whether it was made just now
     */
    public record Kept(Secret token, Path file, boolean made) {}

    /** Where it is in this data directory. */
    public static Path in(Path data) {
        return data.resolve(NAME);
    }

    /**
     * The token of this data directory, made where there is none yet; nobody but its owner may read
     * the file.
     *
     * @throws StartException if it can be neither read nor written
     */
    public static Kept keep(Path data) throws StartException {
        Path file = in(data);
        try {
            Optional<Secret> there = read(data);
            if (there.isPresent()) {
                closeToOthers(file);
                return new Kept(there.get(), file, false);
            }
            var bytes = new byte[TOKEN_BYTES];
            new SecureRandom().nextBytes(bytes);
            String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            // whole and closed to others before it has its name
            Path next = Files.createTempFile(data, NAME, ".new", ownerOnly(data));
            Files.writeString(next, token + System.lineSeparator());
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
            return new Kept(new Secret(token), file, true);
        } catch (IOException e) {
            throw new StartException(
                    "the admin token cannot be kept in %s (%s): set SLUICE_ADMIN_TOKEN"
                            .formatted(file, e),
                    e);
        }
    }

    /** The token that an {@code up} with this data directory made, if there is one. */
    public static Optional<Secret> read(Path data) throws IOException {
        Path file = in(data);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        String token = Files.readString(file).strip();
        return token.isEmpty() ? Optional.empty() : Optional.of(new Secret(token));
    }

    private static FileAttribute<?>[] ownerOnly(Path dir) {
        return isPosix(dir)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private static void closeToOthers(Path file) throws IOException {
        if (isPosix(file)
                && !Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                        .equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    private static boolean isPosix(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class) != null;
    }
}

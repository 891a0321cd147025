package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.cli.data.OwnerOnly;
import dev.sluice.cli.data.SecretFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory that {@code up} keeps its data in, held by one {@code up} at a time. */
final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "up.lock";

    private static final String KAFKA = "kafka";
    private static final String DEMO_NODES = "demo-nodes.yaml";
    private static final List<String> OURS =
            List.of(
                    LOCK,
                    KAFKA,
                    DEMO_NODES,
                    String.valueOf(SecretFile.ADMIN_TOKEN.in(Path.of("")).getFileName()),
                    String.valueOf(SecretFile.KAFKA.in(Path.of("")).getFileName()));

    private static final Logger log = LoggerFactory.getLogger(DataDirectory.class);

    private final Path dir;
    private final Optional<FileChannel> lock;

    private DataDirectory(Path dir, Optional<FileChannel> lock) {
        this.dir = dir;
        this.lock = lock;
    }

    /** Where the demo nodes of {@code up} are written for its monitor. */
    static Path demoNodes(Path dir) {
        return dir.resolve(DEMO_NODES);
    }

    /**
     * Makes the directory where there is none, takes its lock, and closes it to all other users.
     *
     * @param mayJoin whether it will do to read what another {@code up} keeps in it, which holds it
     * @throws StartException if it cannot be written, or another {@code up} holds it
     */
    static DataDirectory open(Path dir, boolean mayJoin) throws StartException {
        if (Files.exists(dir) && !Files.isDirectory(dir)) {
            throw unusable(dir, "is not a directory", null);
        }
        try {
            OwnerOnly.makeDirectory(dir);
        } catch (IOException e) {
            throw unusable(dir, "cannot be made", e);
        }
        FileChannel channel;
        try {
            channel =
                    FileChannel.open(
                            dir.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw unusable(dir, "is not writable", e);
        }
        if (!taken(dir, channel)) {
            if (mayJoin) {
                return new DataDirectory(dir, Optional.empty());
            }
            throw new StartException(
                    ("data directory %s is in use by another 'sluice up': stop that one, or name"
                                    + " another directory with --data (a further process for its"
                                    + " Kafka runs with --kafka and --no-demo-nodes)")
                            .formatted(dir));
        }
        closeToOthers(dir);
        return new DataDirectory(dir, Optional.of(channel));
    }

    /** Whether another {@code up} holds it, so that nothing of its may be changed. */
    boolean joined() {
        return lock.isEmpty();
    }

    Path kafka() {
        return dir.resolve(KAFKA);
    }

    /**
     * What was made by an earlier version, or under another mask, is open. A directory that holds
     * other things as well is not ours to close, only what we keep in it.
     */
    private static void closeToOthers(Path dir) {
        closeToOthers(dir, OwnerOnly::close);
    }

    /** Each by itself, our own first: the directory may be another user's. */
    static void closeToOthers(Path dir, Close close) {
        Path kafka = dir.resolve(KAFKA);
        orWarn(
                kafka,
                () -> {
                    OwnerOnly.makeDirectory(kafka);
                    if (close.close(kafka)) {
                        OwnerOnly.closeTree(kafka); // once: from then on nobody gets there
                    }
                });
        for (String name : OURS) {
            Path file = dir.resolve(name);
            if (Files.isRegularFile(file)) {
                orWarn(file, () -> close.close(file));
            }
        }
        orWarn(
                dir,
                () -> {
                    if (holdsOnlyOurs(dir)) {
                        close.close(dir);
                    }
                });
    }

    private static void orWarn(Path path, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            log.warn(
                    "{} cannot be closed to other users of this machine, who may read what is in"
                            + " it: {}",
                    path,
                    e.toString());
        }
    }

    /** {@link OwnerOnly#close}. */
    interface Close {
        boolean close(Path path) throws IOException;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static boolean holdsOnlyOurs(Path dir) throws IOException {
        try (var entries = Files.list(dir)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .allMatch(name -> OURS.contains(name) || name.endsWith(".new"));
        }
    }

    /** Writes a file in it. */
    void write(Path file, String text) throws StartException {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw unusable(dir, "is not writable", e);
        }
    }

    /** Lets go of the lock; the file stays, for a deleted one could be locked twice. */
    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            lock.get().close();
        }
    }

    private static boolean taken(Path dir, FileChannel channel) throws StartException {
        try {
            if (channel.tryLock() != null) {
                return true;
            }
            channel.close();
            return false;
        } catch (OverlappingFileLockException e) {
            return false; // held by this very process
        } catch (IOException e) {
            throw unusable(dir, "cannot be locked", e);
        }
    }

    private static StartException unusable(Path dir, String why, @Nullable IOException cause) {
        String detail = cause == null ? "" : " (" + cause + ")";
        String message =
                "data directory %s %s%s: name one that this user may write with --data"
                        .formatted(dir, why, detail);
        return cause == null ? new StartException(message) : new StartException(message, cause);
    }
}

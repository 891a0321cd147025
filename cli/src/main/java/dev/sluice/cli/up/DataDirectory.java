package dev.sluice.cli.up;

import dev.sluice.chassis.lifecycle.StartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The directory that {@code up} keeps its data in, held by one {@code up} at a time. */
final class DataDirectory implements AutoCloseable {

    private static final String LOCK = "up.lock";

    private final Path dir;
    private final FileChannel lock;

    private DataDirectory(Path dir, FileChannel lock) {
        this.dir = dir;
        this.lock = lock;
    }

    /**
     * Makes the directory where there is none, and takes its lock.
     *
     * @throws StartException if it cannot be written, or another {@code up} holds it
     */
    static DataDirectory open(Path dir) throws StartException {
        if (Files.exists(dir) && !Files.isDirectory(dir)) {
            throw unusable(dir, "is not a directory", null);
        }
        try {
            Files.createDirectories(dir);
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
            throw new StartException(
                    ("data directory %s is in use by another 'sluice up': stop that one, or name"
                                    + " another directory with --data")
                            .formatted(dir));
        }
        return new DataDirectory(dir, channel);
    }

    Path kafka() {
        return dir.resolve("kafka");
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
        lock.close();
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

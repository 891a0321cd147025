package dev.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Holds a data directory for one broker; the system lets go of it when the process ends.
 *
 * <p>Kafka has a lock of its own, which a combined broker and controller takes only after its
 * controller has begun to lead the metadata log: the log of a broker that runs would be damaged by
 * one that is refused.
 */
final class DirectoryLock implements AutoCloseable {

    static final String FILE = ".sluice-lock";

    private final FileChannel channel;

    private DirectoryLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it.
     *
     * @throws BrokerStartException.DirectoryInUse if another broker has it
     */
    static DirectoryLock take(Path dir) {
        try {
            var channel =
                    FileChannel.open(
                            dir.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new BrokerStartException.DirectoryInUse(dir, null);
            }
            return new DirectoryLock(channel);
        } catch (IOException e) {
            String why = "cannot be locked: " + e.getClass().getSimpleName() + ", ";
            throw new BrokerStartException.DirectoryUnusable(dir, why + e.getMessage(), e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // a broker of this JVM
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.sluice.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/** The broker's data directory: checked, and formatted on first use. */
final class BrokerDirectory {

    // Fixed, so that a directory of any other cluster is known as such and left alone.
    static final String CLUSTER_ID = "c2x1aWNlLWVtYmVkZGVkMQ";

    private static final String META = "meta.properties";

    // What a format that was cut short may leave behind; anything else is not ours.
    private static final Set<String> UNFINISHED_FORMAT =
            Set.of(
                    "bootstrap.checkpoint",
                    "bootstrap.checkpoint.tmp",
                    META + ".tmp",
                    DirectoryLock.FILE,
                    "lost+found");

    private BrokerDirectory() {}

    /**
     * Leaves {@code dir} a formatted directory of this cluster, whose data, if any, are untouched.
     *
     * @return held for this broker alone
     * @throws BrokerStartException if the directory cannot be used
     */
    static DirectoryLock prepare(Path dir) {
        requireWritable(dir);
        try {
            requireOursOrEmpty(dir);
        } catch (IOException e) {
            throw new BrokerStartException.DirectoryUnusable(dir, "cannot be read: " + why(e), e);
        }
        var lock = DirectoryLock.take(dir);
        try {
            if (!Files.exists(dir.resolve(META))) {
                format(dir);
            }
            return lock;
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static void requireOursOrEmpty(Path dir) throws IOException {
        if (Files.exists(dir.resolve(META))) {
            requireOurs(dir);
        } else {
            requireEmpty(dir);
        }
    }

    /**
     * Deletes the directory and all in it; a file that another thread deletes meanwhile is fine.
     */
    static void delete(Path dir) {
        try {
            Files.walkFileTree(dir, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
                throws IOException {
            if (e != null) {
                throw e;
            }
            Files.deleteIfExists(dir);
            return FileVisitResult.CONTINUE;
        }
    }

    private static void requireWritable(Path dir) {
        if (Files.exists(dir) && !Files.isDirectory(dir)) {
            throw new BrokerStartException.DirectoryUnusable(dir, "is not a directory", null);
        }
        try {
            Files.createDirectories(dir);
        } catch (IOException e) {
            throw new BrokerStartException.DirectoryUnusable(dir, "cannot be made: " + why(e), e);
        }
        try {
            // Permission bits say little (root, read-only mounts): try it.
            Files.delete(Files.createTempFile(dir, ".writable", ".tmp"));
        } catch (IOException e) {
            throw new BrokerStartException.DirectoryUnusable(dir, "is not writable: " + why(e), e);
        }
    }

    private static void requireOurs(Path dir) throws IOException {
        var meta = new Properties();
        try (var in = Files.newBufferedReader(dir.resolve(META), StandardCharsets.UTF_8)) {
            meta.load(in);
        } catch (IllegalArgumentException e) {
            throw foreign(dir, "has a damaged " + META, e);
        }
        var cluster = meta.getProperty("cluster.id");
        if (!"1".equals(meta.getProperty("version"))
                || cluster == null
                || meta.getProperty("node.id") == null
                || meta.getProperty("directory.id") == null) {
            throw foreign(dir, "has a damaged " + META, null);
        }
        if (!cluster.equals(CLUSTER_ID)) {
            throw foreign(dir, "belongs to another Kafka cluster (" + cluster + ")", null);
        }
        if (!Integer.toString(BrokerProperties.NODE_ID).equals(meta.getProperty("node.id"))) {
            throw foreign(dir, "belongs to another node of a cluster", null);
        }
    }

    private static void requireEmpty(Path dir) throws IOException {
        try (var entries = Files.list(dir)) {
            var other =
                    entries.map(p -> String.valueOf(p.getFileName()))
                            .filter(name -> !UNFINISHED_FORMAT.contains(name))
                            .filter(name -> !name.startsWith(".writable"))
                            .findFirst();
            if (other.isPresent()) {
                throw foreign(dir, "is not empty (" + other.get() + ") and has no " + META, null);
            }
        }
    }

    /** What {@code kafka-storage.sh format} does; meta.properties comes last, by a rename. */
    private static void format(Path dir) {
        try (var quiet =
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            new Formatter()
                    .setPrintStream(quiet)
                    .setClusterId(CLUSTER_ID)
                    .setNodeId(BrokerProperties.NODE_ID)
                    .setControllerListenerName(BrokerProperties.CONTROLLER)
                    .setMetadataLogDirectory(dir.toString())
                    .addDirectory(dir.toString())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) { // declared as such by Formatter.run
            throw new BrokerStartException.DirectoryUnusable(
                    dir, "cannot be formatted: " + why(e), e);
        }
    }

    private static BrokerStartException foreign(Path dir, String why, @Nullable Throwable cause) {
        return new BrokerStartException.DirectoryForeign(dir, why, cause);
    }

    private static String why(Exception e) {
        return e.getClass().getSimpleName() + ", " + e.getMessage();
    }
}

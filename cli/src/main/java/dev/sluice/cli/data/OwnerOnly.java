package dev.sluice.cli.data;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/** Files and directories that nobody but their owner may use, where the file system knows such. */
public final class OwnerOnly {

    private static final Set<PosixFilePermission> FILE =
            PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY =
            PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** For a new file in a directory. */
    public static FileAttribute<?>[] file(Path dir) {
        return attribute(dir, FILE);
    }

    /** Makes a directory where there is none; its parents are made as the system makes them. */
    public static void makeDirectory(Path dir) throws IOException {
        if (Files.isDirectory(dir)) {
            return;
        }
        Path parent = dir.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
            Files.createDirectory(dir, attribute(parent, DIRECTORY));
        }
    }

    /**
     * Takes from others what they may do with a file or a directory.
     *
     * @return whether they could do anything
     */
    public static boolean close(Path path) throws IOException {
        var view =
                Files.getFileAttributeView(
                        path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view == null) {
            return false;
        }
        var owners = EnumSet.copyOf(DIRECTORY);
        var there = view.readAttributes().permissions();
        owners.retainAll(there);
        if (owners.equals(there)) {
            return false;
        }
        Files.setPosixFilePermissions(path, owners);
        return true;
    }

    /** The same for all that is in a directory, and not behind a link. */
    public static void closeTree(Path dir) throws IOException {
        Files.walkFileTree(
                dir,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes is)
                            throws IOException {
                        close(path);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path path, BasicFileAttributes is)
                            throws IOException {
                        if (!is.isSymbolicLink()) {
                            close(path);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path path, IOException e)
                            throws IOException {
                        if (e instanceof NoSuchFileException) {
                            return FileVisitResult.CONTINUE; // gone meanwhile
                        }
                        throw e;
                    }
                });
    }

    private static FileAttribute<?>[] attribute(Path dir, Set<PosixFilePermission> permissions) {
        return Files.getFileAttributeView(dir, PosixFileAttributeView.class) == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }
}

package dev.sluice.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cli.data.OwnerOnly;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

    @TempDir private Path dir;

    @Test
    void whatIsOursIsClosedThoughTheDirectoryIsAnotherUsers() throws Exception {
        var open = PosixFilePermissions.fromString("rwxr-xr-x");
        Path kafka = Files.createDirectory(dir.resolve("kafka"));
        Path segment = Files.createFile(kafka.resolve("0.log"));
        Path token = Files.createFile(dir.resolve("admin-token"));
        Path secret = Files.createFile(dir.resolve("kafka-secret"));
        for (Path path : new Path[] {kafka, segment, token, secret}) {
            Files.setPosixFilePermissions(path, open);
        }
        DataDirectory.closeToOthers(
                dir,
                path -> {
                    if (path.equals(dir) || path.equals(token)) {
                        throw new FileSystemException(
                                path.toString(), null, "Operation not permitted");
                    }
                    return OwnerOnly.close(path);
                });
        for (Path path : new Path[] {kafka, segment, secret}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                    .as(path.toString())
                    .endsWith("------");
        }
    }
}

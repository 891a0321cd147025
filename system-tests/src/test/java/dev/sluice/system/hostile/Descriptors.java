package dev.sluice.system.hostile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The open descriptors of a process, as Linux tells them. */
final class Descriptors {

    private static final String SOCKET = "socket:[";

    private final Path process;

    Descriptors(long pid) {
        process = Path.of("/proc", Long.toString(pid));
    }

    /** What each of them stands for. */
    List<String> all() {
        try (Stream<Path> all = Files.list(process.resolve("fd"))) {
            return all.map(Descriptors::target).filter(target -> !target.isEmpty()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many are sockets, but for those from or to this port. */
    int socketsBut(int port) {
        Set<String> left = inodes(port);
        return (int)
                all().stream()
                        .filter(target -> target.startsWith(SOCKET))
                        .filter(target -> !left.contains(target))
                        .count();
    }

    /** The sockets of the machine that are connected from or to a port, or listen there. */
    private Set<String> inodes(int port) {
        String hex = ":%04X".formatted(port);
        return Stream.of("tcp", "tcp6")
                .flatMap(table -> lines(process.resolve("net").resolve(table)))
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words[1].endsWith(hex) || words[2].endsWith(hex))
                .map(words -> SOCKET + words[9] + "]")
                .collect(Collectors.toSet());
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream().skip(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (NoSuchFileException e) {
            return ""; // closed meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

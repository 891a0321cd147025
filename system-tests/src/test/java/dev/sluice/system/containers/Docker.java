package dev.sluice.system.containers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The {@code docker} command, run in the project's directory. */
final class Docker {

    /** How a command ended, and what it printed, errors included. */
    record Ran(int exitCode, String output) {}

    private static final Path ROOT = root();
    private static boolean built;

    private Docker() {}

    /** The project's directory: where {@code docker-compose.yml} stands. */
    static File composeFile() {
        return ROOT.resolve("docker-compose.yml").toFile();
    }

    private static Path root() {
        Path dir = Path.of("").toAbsolutePath();
        while (!Files.exists(dir.resolve("docker-compose.yml"))) {
            dir = dir.getParent();
            if (dir == null) {
                throw new IllegalStateException("not below the project's directory");
            }
        }
        return dir;
    }

    /**
     * Builds the images of this source tree, once; seconds where nothing has changed.
     *
     * @return their tag
     */
    static synchronized String builtImages() {
        String tag = System.getProperty("containers.images", "");
        if (!tag.isEmpty()) {
            return tag; // whoever set it has built them
        }
        tag = "system-tests";
        if (!built) {
            System.out.println("building the images with docker: the first time takes minutes");
            // one after the other: the first compiles, the others find that done
            for (String service :
                    List.of("ingress", "node-worker", "monitor", "stats-aggregator", "cli")) {
                Ran ran =
                        run(
                                Duration.ofMinutes(20),
                                Map.of("SLUICE_VERSION", tag),
                                List.of("docker", "compose", "build", service));
                if (ran.exitCode != 0) {
                    throw new IllegalStateException("image of " + service + ":\n" + ran.output);
                }
            }
            built = true;
        }
        return tag;
    }

    /** Runs a command to its end. */
    static Ran run(Duration limit, Map<String, String> environment, List<String> command) {
        try {
            Path output = Files.createTempFile("docker", ".log");
            var builder =
                    new ProcessBuilder(new ArrayList<>(command))
                            .directory(ROOT.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroy();
                throw new IllegalStateException(
                        command + " takes longer than " + limit + ":\n" + Files.readString(output));
            }
            String said = Files.readString(output);
            Files.delete(output);
            return new Ran(process.exitValue(), said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

package dev.sluice.chassis.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Texts that lie in a jar and are served as they are. */
public final class Resource {

    private Resource() {}

    /**
     * The text at this absolute path.
     *
     * @param beside a class of the same module
     * @throws IllegalStateException if it is not there: the jar is not whole
     */
    public static String text(Class<?> beside, String path) {
        try (InputStream in = beside.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + path);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(path, e);
        }
    }
}

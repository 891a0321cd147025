package dev.sluice.worker.secrets;

import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.worker.credentials.CredentialText;
import dev.sluice.worker.credentials.Credentials;
import dev.sluice.worker.credentials.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The credentials of this worker, read at start and again whenever their files change.
 *
 * <p>What is broken leaves in force what was there before, and is told once, without any value. A
 * change is taken when two looks have found the same: nobody's half-written file is.
 */
public final class Secrets implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Secrets.class);
    private static final long LOOK_EVERY_MS = 500;

    /** A place that can be looked at. */
    private interface Look<T> {
        T texts() throws IOException;
    }

    /** What a place said. */
    private interface Reading<T> {
        Place place(T texts, Place before);
    }

    /** A place, and how far a change of it has been taken. */
    private static final class Watched<T> {
        private final Look<T> look;
        private final Reading<T> reading;
        private final String name;
        private Optional<T> seen = Optional.empty();
        private Optional<T> taken = Optional.empty();
        private Place place = Place.EMPTY;

        Watched(String name, Look<T> look, Reading<T> reading) {
            this.name = name;
            this.look = look;
            this.reading = reading;
        }

        /** Looks once; {@code atOnce} takes a change when it is first seen. */
        void look(boolean atOnce) {
            try {
                Optional<T> now = Optional.of(look.texts());
                if (!now.equals(taken) && (atOnce || now.equals(seen))) {
                    taken = now;
                    place = reading.place(now.get(), place);
                }
                seen = now;
            } catch (IOException e) {
                seen = Optional.empty();
                taken = Optional.empty(); // read anew when it can be read again
                place = place.unreadable(name + " cannot be read: " + e);
            }
        }
    }

    private final List<Watched<?>> places;
    private final Place environment;
    private volatile Credentials credentials;
    private volatile Runnable onChange = () -> {};
    private volatile boolean closed;
    private List<String> told = List.of();
    private final Thread thread;

    private Secrets(SecretsSettings settings) throws StartException {
        this.environment = settings.environment();
        this.places =
                java.util.stream.Stream.<Optional<Watched<?>>>of(
                                settings.dir().map(Secrets::dir),
                                settings.file().map(Secrets::file))
                        .flatMap(Optional::stream)
                        .toList();
        places.forEach(watched -> watched.look(true));
        for (Watched<?> watched : places) {
            if (watched.place.problem().isPresent()) {
                throw new StartException(watched.place.problem().get());
            }
        }
        this.credentials = all();
        tell();
        this.thread = Fatal.start("secrets", this::follow);
    }

    /**
     * Reads them, and goes on watching their files.
     *
     * @throws StartException if the directory or the file cannot be read
     */
    public static Secrets open(SecretsSettings settings) throws StartException {
        return new Secrets(settings);
    }

    /** As they are now. */
    public Credentials credentials() {
        return credentials;
    }

    /** Who is to hear of changes, on a thread of ours. */
    public void onChange(Runnable listener) {
        onChange = listener;
    }

    private static Watched<?> dir(Path dir) {
        return new Watched<Map<String, String>>(
                "the secrets directory " + dir,
                () -> SecretFiles.texts(dir),
                (texts, before) -> before.now(SecretFiles.entries(dir, texts)));
    }

    private static Watched<?> file(Path file) {
        return new Watched<String>(
                "the secrets file " + file,
                () -> SecretFiles.text(file),
                (text, before) ->
                        switch (CredentialText.parseFile(text, file.toString())) {
                            case CredentialText.OfFile.Entries(var entries) -> before.now(entries);
                            case CredentialText.OfFile.Unreadable(String why) ->
                                    before.unreadable("the secrets file " + file + ": " + why);
                        });
    }

    private void follow() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
                places.forEach(watched -> watched.look(false));
                Credentials now = all();
                if (!now.equals(credentials)) {
                    credentials = now;
                    tell();
                    onChange.run();
                }
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        }
    }

    private Credentials all() {
        return new Credentials(places.stream().map(watched -> watched.place).toList(), environment);
    }

    private void tell() {
        List<String> problems = credentials.problems();
        for (String problem : problems) {
            if (!told.contains(problem)) {
                log.warn("{}", problem);
            }
        }
        told = problems;
        List<String> names =
                credentials.all().stream().map(Credentials.Named::name).distinct().toList();
        if (!names.isEmpty()) {
            log.info("credentials are read: {}", names);
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

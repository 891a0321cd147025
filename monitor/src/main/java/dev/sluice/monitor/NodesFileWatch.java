package dev.sluice.monitor;

import dev.sluice.chassis.kafka.CompactedTable;
import dev.sluice.chassis.lifecycle.Fatal;
import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.monitor.kafka.Publisher;
import dev.sluice.monitor.nodes.AppliedFile;
import dev.sluice.monitor.nodes.FilePlan;
import dev.sluice.monitor.nodes.NodesFile;
import dev.sluice.monitor.urls.NodeUrls;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.NodeSpec;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.RegisteredNode;
import dev.sluice.protocol.UnreadableRecordException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the registry as the nodes file says: read at start, and again whenever it changes.
 *
 * <p>A file with mistakes stops a start; later on it is reported, and the nodes stay as they are.
 */
final class NodesFileWatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(NodesFileWatch.class);
    private static final long LOOK_EVERY_MS = 1_000;
    // ten thousand nodes take about two; anything above is not a nodes file
    private static final long FILE_MAX_BYTES = 8L * 1024 * 1024;

    private final Path path;
    private final CompactedTable<RegisteredNode> nodes;
    private final Publisher publisher;
    private final NodeUrls urls;
    private final InstantSource wall;
    private volatile List<String> problems = List.of();
    private volatile boolean closed;
    private String seen = "";
    private final Thread thread;

    private NodesFileWatch(
            Path path,
            CompactedTable<RegisteredNode> nodes,
            Publisher publisher,
            NodeUrls urls,
            InstantSource wall)
            throws StartException {
        this.path = path;
        this.nodes = nodes;
        this.publisher = publisher;
        this.urls = urls;
        this.wall = wall;
        try {
            look();
        } catch (ExecutionException | TimeoutException e) {
            throw new StartException("the nodes could not be written to the log: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
        if (!problems.isEmpty()) {
            throw new StartException(report());
        }
        this.thread = Fatal.start("nodes-file", this::follow);
    }

    /** Applies the file if it has changed since it was last applied, and goes on watching it. */
    static NodesFileWatch start(
            Path path,
            CompactedTable<RegisteredNode> nodes,
            Publisher publisher,
            NodeUrls urls,
            InstantSource wall)
            throws StartException {
        return new NodesFileWatch(path, nodes, publisher, urls, wall);
    }

    Path path() {
        return path;
    }

    /** What is wrong with the file as it is now; empty when it is in force. */
    List<String> problems() {
        return problems;
    }

    private void follow() {
        try {
            while (!closed) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
                try {
                    look();
                } catch (ExecutionException | TimeoutException e) {
                    seen = ""; // looked at again, as if it had just changed
                    log.warn("{} is not applied yet: {}", path, e.toString());
                }
            }
        } catch (InterruptedException e) {
            log.debug("closed");
        }
    }

    /** Reads the file if it is not the text that was read before. */
    private void look() throws InterruptedException, ExecutionException, TimeoutException {
        String text;
        try {
            if (Files.size(path) > FILE_MAX_BYTES) {
                throw new IOException("larger than " + FILE_MAX_BYTES + " bytes");
            }
            text = Files.readString(path);
        } catch (IOException e) {
            seen = "";
            note(List.of("cannot be read: " + e));
            return;
        }
        if (text.equals(seen)) {
            return;
        }
        seen = text;
        switch (NodesFile.parse(text)) {
            case NodesFile.Invalid(var mistakes) -> note(mistakes);
            case NodesFile.Valid file -> {
                List<String> refused = refused(file);
                note(refused);
                if (refused.isEmpty()) {
                    apply(file);
                }
            }
        }
    }

    /** By what the URLs say themselves: a start does not wait for names to be looked up. */
    private List<String> refused(NodesFile.Valid file) {
        var refused = new ArrayList<String>();
        for (NodeSpec node : file.nodes()) {
            urls.refusalAtSight(node.url()).ifPresent(why -> refused.add(node.id() + ": " + why));
        }
        return refused;
    }

    private void apply(NodesFile.Valid file)
            throws InterruptedException, ExecutionException, TimeoutException {
        var plan = FilePlan.decide(nodes.values(), appliedDigest(), file, wall.instant());
        switch (plan) {
            case FilePlan.Unchanged() -> log.info("{} is as it was applied before", path);
            case FilePlan.Apply apply -> {
                publisher.apply(apply, new AppliedFile(file.digest(), wall.instant()));
                apply.puts().forEach(node -> log.info("{}: {}", path, node.spec()));
                apply.removals().forEach(id -> log.info("{}: {} is removed", path, id));
                log.info("{} is applied: {} nodes", path, file.nodes().size());
            }
        }
    }

    private Optional<String> appliedDigest() {
        Optional<Body> note = nodes.note(AppliedFile.KEY);
        if (note.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ProtocolJson.decode(note.get(), AppliedFile.class).digest());
        } catch (UnreadableRecordException e) {
            log.warn("which file was applied last is unknown: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private void note(List<String> now) {
        boolean news = !now.equals(problems);
        problems = now;
        if (news && !now.isEmpty()) {
            log.error("{}", report());
        }
    }

    private String report() {
        return "the nodes file %s has %d %s:\n  - %s"
                .formatted(
                        path,
                        problems.size(),
                        problems.size() == 1 ? "problem" : "problems",
                        String.join("\n  - ", problems));
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

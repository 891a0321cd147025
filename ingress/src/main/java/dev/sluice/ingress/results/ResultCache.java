package dev.sluice.ingress.results;

import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Ending;
import dev.sluice.protocol.HttpHeader;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.ResultEvent;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * The latest results, bodies and all, and duplicates, bounded by bytes; the one not asked for the
 * longest makes room.
 *
 * <p>Not safe for use by several threads.
 */
final class ResultCache {

    // what a result takes besides its body and header texts, roughly
    private static final int OVERHEAD_BYTES = 1_000;

    private final long maxBytes;
    private final LinkedHashMap<Position, Ending> results = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    ResultCache(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    long bytes() {
        return bytes;
    }

    Optional<Ending> find(Position position) {
        return Optional.ofNullable(results.get(position));
    }

    void add(Ending ending) {
        long size = size(ending);
        if (size > maxBytes) {
            return;
        }
        Ending before = results.put(ending.request().position(), ending);
        bytes += size - (before == null ? 0 : size(before));
        while (bytes > maxBytes) {
            bytes -= size(results.pollFirstEntry().getValue());
        }
    }

    private static long size(Ending ending) {
        return switch (ending) {
            case ResultEvent result -> size(result);
            case Duplicate _ -> OVERHEAD_BYTES;
        };
    }

    private static long size(ResultEvent result) {
        long headers = 0;
        if (result.answer().isPresent()) {
            for (HttpHeader header : result.answer().get().headers()) {
                headers += 64L + header.name().length() + header.value().length();
            }
        }
        return OVERHEAD_BYTES + 150L * result.attempts().size() + headers + result.body().size();
    }
}

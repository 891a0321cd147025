package dev.sluice.ingress.http.upstream;

import org.eclipse.jetty.io.Content;
import org.jspecify.annotations.Nullable;

/** A source whose first chunk was read to see whether it is there: it is read again, once. */
final class FirstChunk implements Content.Source {

    private final Content.Source rest;
    private Content.@Nullable Chunk first;

    FirstChunk(Content.Chunk first, Content.Source rest) {
        this.first = first;
        this.rest = rest;
    }

    @Override
    public long getLength() {
        return rest.getLength();
    }

    @Override
    public Content.@Nullable Chunk read() {
        Content.Chunk chunk = first;
        if (chunk == null) {
            return rest.read();
        }
        first = null;
        return chunk;
    }

    @Override
    public void demand(Runnable demandCallback) {
        if (first != null) {
            throw new IllegalStateException("demanded before the first chunk was read");
        }
        rest.demand(demandCallback);
    }

    @Override
    public void fail(Throwable failure) {
        if (first != null) {
            first.release();
            first = null;
        }
        rest.fail(failure);
    }
}

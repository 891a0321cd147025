package dev.sluice.cli.audit;

/**
 * The requests of one partition that are audited: which there are, their nonces, and whether their
 * result was read. 13 bytes for each.
 */
final class RequestTable {

    /** What stands at an offset. */
    enum State {
        /** No record. */
        ABSENT(0),
        /** A request, and no result of it yet. */
        OPEN(1),
        /** A request, and the result that counts. */
        DONE(2);

        private final byte code;

        State(int code) {
            this.code = (byte) code;
        }

        private static State of(byte code) {
            return switch (code) {
                case 0 -> ABSENT;
                case 1 -> OPEN;
                case 2 -> DONE;
                default -> throw new IllegalStateException("no state: " + code);
            };
        }
    }

    /** Takes one request of the table. */
    @FunctionalInterface
    interface Visitor {
        void visit(long offset, State state, long nonce);
    }

    private static final int CHUNK_BITS = 12;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private final long base;
    private final long end;
    private long first; // what is below was trimmed
    private final long[][] nonces;
    private final byte[][] states;
    private final int[][] lastResults;

    /** A table of the offsets from {@code first} to below {@code end}, all absent. */
    RequestTable(long first, long end) {
        this.base = first;
        this.first = first;
        this.end = end;
        int chunks = Math.toIntExact((end - first + CHUNK - 1) >> CHUNK_BITS);
        this.nonces = new long[chunks][];
        this.states = new byte[chunks][];
        this.lastResults = new int[chunks][];
    }

    /** The request with this nonce stands here. */
    void accepted(long offset, long nonce) {
        if (offset < base || offset >= end) {
            throw new IllegalArgumentException(
                    "offset %d is not from %d to %d".formatted(offset, base, end));
        }
        int chunk = chunk(offset);
        if (states[chunk] == null) {
            int rows = (int) Math.min(CHUNK, end - base - ((long) chunk << CHUNK_BITS));
            nonces[chunk] = new long[rows];
            states[chunk] = new byte[rows];
            lastResults[chunk] = new int[rows];
        }
        nonces[chunk][row(offset)] = nonce;
        set(offset, State.OPEN);
    }

    /** Requests below were trimmed before they were read. */
    void trimmedTo(long offset) {
        first = Math.max(first, Math.min(offset, end));
    }

    State state(long offset) {
        byte[] chunk = states[chunk(offset)];
        return chunk == null ? State.ABSENT : State.of(chunk[row(offset)]);
    }

    long nonce(long offset) {
        long[] chunk = nonces[chunk(offset)];
        return chunk == null ? 0 : chunk[row(offset)];
    }

    /** Takes a result of the request that stands here. */
    Match result(long offset, int fingerprint) {
        int[] fingerprints = lastResults[chunk(offset)];
        int row = row(offset);
        Match match =
                switch (state(offset)) {
                    case ABSENT -> Match.STRAY;
                    case OPEN -> Match.FIRST;
                    case DONE ->
                            fingerprints[row] == fingerprint
                                    ? Match.RECORDED_AGAIN
                                    : Match.SUPERSEDED;
                };
        if (match != Match.STRAY) {
            fingerprints[row] = fingerprint;
            set(offset, State.DONE);
        }
        return match;
    }

    /** Visits all offsets that were not trimmed, in order. */
    void forEach(Visitor visitor) {
        for (long offset = first; offset < end; offset++) {
            visitor.visit(offset, state(offset), nonce(offset));
        }
    }

    private void set(long offset, State state) {
        states[chunk(offset)][row(offset)] = state.code;
    }

    private int chunk(long offset) {
        return (int) ((offset - base) >> CHUNK_BITS);
    }

    private int row(long offset) {
        return (int) ((offset - base) & (CHUNK - 1));
    }
}

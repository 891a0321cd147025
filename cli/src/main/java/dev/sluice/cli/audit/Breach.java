package dev.sluice.cli.audit;

import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;

/** A promise that was broken, as the log shows it. */
public sealed interface Breach {

    /** One word that does not change. */
    String kind();

    /** What it is about: a request's id, a place in the log, a node. */
    String subject();

    /** The breach in a sentence. */
    String text();

    /** An accepted request that is done, as its shard's ledger says, and has no result. */
    record Lost(RequestId request) implements Breach {
        @Override
        public String kind() {
            return "lost";
        }

        @Override
        public String subject() {
            return request.toString();
        }

        @Override
        public String text() {
            return "the shard's ledger says that it is done, and the log has no result of it";
        }
    }

    /** Offsets between requests at which the log has no record. */
    record Hole(Position first, long count) implements Breach {
        @Override
        public String kind() {
            return "hole";
        }

        @Override
        public String subject() {
            return first.toString();
        }

        @Override
        public String text() {
            return "from here on %d %s no record, and were not trimmed"
                    .formatted(count, count == 1 ? "offset has" : "offsets have");
        }
    }

    /** A result whose request is not in the log, though nothing has trimmed it. */
    record Stray(RequestId request, String worker) implements Breach {
        @Override
        public String kind() {
            return "stray_result";
        }

        @Override
        public String subject() {
            return request.toString();
        }

        @Override
        public String text() {
            return "there is a result by %s, and no such request stands at that place"
                    .formatted(worker);
        }
    }

    /** A duplicate that leads to a request that is not in the log, though nothing trimmed it. */
    record Dangling(RequestId request, RequestId first) implements Breach {
        @Override
        public String kind() {
            return "dangling_duplicate";
        }

        @Override
        public String subject() {
            return request.toString();
        }

        @Override
        public String text() {
            return "it was never sent, as a duplicate of %s, and no such request stands there"
                    .formatted(first);
        }
    }

    /**
     * A node that was sent more than its limit in some 60 s.
     *
     * @param unit {@code requests} or {@code bytes}
     */
    record AboveLimit(String node, String unit, long limit, Peak peak) implements Breach {
        @Override
        public String kind() {
            return "above_limit";
        }

        @Override
        public String subject() {
            return node;
        }

        @Override
        public String text() {
            return "%d %s from %s to %s, less than 60 s; its limit is %d a minute"
                    .formatted(peak.amount(), unit, peak.from(), peak.to(), limit);
        }
    }
}

package dev.sluice.cli.audit;

import dev.sluice.protocol.Attempt;
import dev.sluice.protocol.Duplicate;
import dev.sluice.protocol.Held;
import dev.sluice.protocol.LedgerSnapshot;
import dev.sluice.protocol.Nonce;
import dev.sluice.protocol.PoolName;
import dev.sluice.protocol.Position;
import dev.sluice.protocol.RequestId;
import dev.sluice.protocol.RequestsTopic;
import dev.sluice.protocol.ResultEvent;
import dev.sluice.protocol.ResultHead;
import dev.sluice.protocol.ResultsRecord;
import dev.sluice.protocol.ShardFold;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The audit of one shard: first its requests are read, then its results, then it is judged.
 *
 * <p>It knows the nonces of the requests, so a result counts only for the request that it is of;
 * the ledger, which goes by positions, says what was taken for done. Not safe for use by several
 * threads.
 */
public final class ShardAudit {

    private final ShardExtent extent;
    private final Map<RequestsTopic, ShardExtent.Requests> requests = new HashMap<>();
    private final Map<RequestsTopic, RequestTable> tables = new TreeMap<>();
    private final Map<PoolName, PoolTally> pools = new TreeMap<>();
    private final Map<String, Sends> sends = new TreeMap<>();
    private final ShardFold ledger;
    private final Breaches breaches = new Breaches();
    private long resultsRead;
    private long superseded;
    private long recordedAgain;
    private long strays;
    private long ofTrimmed;
    private long outside;
    private long ofNoTopic;
    private long unreadable;
    private SendFigures sendFigures = SendFigures.NONE;

    /** Nothing is read yet. */
    public ShardAudit(ShardExtent extent) {
        this.extent = extent;
        this.ledger = new ShardFold(extent.shard());
        extent.requests()
                .forEach(
                        (topic, range) -> {
                            requests.put(topic, range);
                            tables.put(topic, new RequestTable(range.from(), range.to()));
                            ledger.checkpoint(topic, range.next());
                            pools.computeIfAbsent(topic.pool(), pool -> new PoolTally());
                        });
    }

    /**
     * A record of a requests topic within the extent.
     *
     * @param nonce empty when the record is no request that can be read
     */
    public void request(RequestsTopic topic, long offset, Optional<Nonce> nonce) {
        table(topic).accepted(offset, nonce.map(Nonce::bits).orElse(0L));
    }

    /** What is below was trimmed after the audit had begun, and before it was read. */
    public void trimmed(RequestsTopic topic, long begin) {
        requests.computeIfPresent(topic, (t, range) -> range.trimmedTo(begin));
        table(topic).trimmedTo(begin);
    }

    /** A record of the results partition, whatever it is. */
    public void entry(ResultsRecord entry) {
        switch (entry) {
            case ResultEvent result -> result(ResultHead.of(result));
            case Duplicate duplicate -> duplicate(duplicate);
            case LedgerSnapshot snapshot -> {
                if (snapshot.shard() == extent.shard()) {
                    var _ = ledger.apply(snapshot);
                } else {
                    unreadable++;
                }
            }
            case Held _ -> {}
        }
    }

    /** A record of the results partition that nobody understands. */
    public void unreadable() {
        unreadable++;
    }

    /** The next result of the results partition. */
    public void result(ResultHead result) {
        resultsRead++;
        Position position = result.request().position();
        if (position.shard() != extent.shard()) {
            unreadable++;
            return;
        }
        int request = result.request().hashCode();
        for (Attempt attempt : result.attempts()) {
            if (attempt.wasSent()) {
                sends.computeIfAbsent(attempt.node(), node -> new Sends())
                        .add(attempt, result.requestBytes(), request);
            }
        }
        Match match = match(result.request(), result::isOf, result.hashCode());
        switch (match) {
            case FIRST -> {
                pool(position.topic()).ended(result);
                sendFigures = sendFigures.plus(effective(result));
            }
            case SUPERSEDED ->
                    sendFigures = sendFigures.plus(new SendFigures(0, 0, 0, 0, sendsOf(result)));
            default -> {}
        }
        count(match, result.request(), result.worker());
    }

    /** The end of a request that is never sent, for another one is with the same key. */
    private void duplicate(Duplicate duplicate) {
        resultsRead++;
        RequestId id = duplicate.request();
        if (id.position().shard() != extent.shard()) {
            unreadable++;
            return;
        }
        Match match = match(id, id.nonce()::equals, duplicate.hashCode());
        if (match == Match.FIRST) {
            pool(id.position().topic()).duplicate();
            if (isMissing(duplicate.first())) {
                breaches.add(new Breach.Dangling(id, duplicate.first()));
            }
        }
        count(match, id, duplicate.worker());
    }

    /** What each match adds, whatever ended the request. */
    private void count(Match match, RequestId id, String worker) {
        switch (match) {
            case FIRST -> {}
            case SUPERSEDED -> superseded++;
            case RECORDED_AGAIN -> recordedAgain++;
            case STRAY -> {
                strays++;
                breaches.add(new Breach.Stray(id, worker));
            }
            case OF_TRIMMED -> ofTrimmed++;
            case OUTSIDE -> outside++;
            case OF_NO_TOPIC -> ofNoTopic++;
        }
    }

    private Match match(RequestId id, Predicate<Nonce> isOf, int fingerprint) {
        RequestsTopic topic = id.position().topic();
        long offset = id.position().offset();
        ShardExtent.Requests range = requests.get(topic);
        if (range == null) {
            return extent.otherTopics().contains(topic) ? Match.OUTSIDE : Match.OF_NO_TOPIC;
        }
        if (offset < range.begin()) {
            return Match.OF_TRIMMED;
        }
        if (offset >= range.end()) {
            return Match.STRAY;
        }
        if (!range.isAudited(offset)) {
            return Match.OUTSIDE;
        }
        RequestTable table = table(topic);
        return isOf.test(new Nonce(table.nonce(offset)))
                ? table.result(offset, fingerprint)
                : Match.STRAY;
    }

    /** Whether another request stands at its place, or none; what is not in the scope is not. */
    private boolean isMissing(RequestId id) {
        RequestsTopic topic = id.position().topic();
        long offset = id.position().offset();
        ShardExtent.Requests range = requests.get(topic);
        return id.position().shard() == extent.shard()
                && range != null
                && (offset >= range.end()
                        || (range.isAudited(offset)
                                && table(topic).nonce(offset) != id.nonce().bits()));
    }

    private static SendFigures effective(ResultHead result) {
        long sends = sendsOf(result);
        long listed = result.attempts().size();
        long unlisted = Math.max(0, result.attemptCount() - listed);
        return new SendFigures(
                result.attemptCount(), listed - sends, unlisted, sends > 1 ? 1 : 0, 0);
    }

    private static long sendsOf(ResultHead result) {
        return result.attempts().stream().filter(Attempt::wasSent).count();
    }

    /**
     * Judges the requests without a result.
     *
     * @param judgedFrom of older requests the results may have been trimmed; a topic that is not
     *     there is judged from its start
     */
    public ShardFigures finish(Map<RequestsTopic, Long> judgedFrom) {
        tables.forEach(
                (topic, table) -> {
                    var holes = new Holes(topic);
                    long from = judgedFrom.getOrDefault(topic, 0L);
                    table.forEach(
                            (offset, state, nonce) -> {
                                switch (state) {
                                    case ABSENT -> holes.absent(offset);
                                    case OPEN -> open(topic, offset, nonce, offset >= from);
                                    case DONE -> {}
                                }
                            });
                    holes.end();
                });
        tables.clear(); // the nonces are the bulk of it, and many shards are read one by one
        var figures = new TreeMap<PoolName, PoolFigures>();
        pools.forEach((pool, tally) -> figures.put(pool, tally.figures()));
        return new ShardFigures(
                figures,
                new ResultFigures(
                        resultsRead,
                        superseded,
                        recordedAgain,
                        strays,
                        ofTrimmed,
                        outside,
                        ofNoTopic,
                        unreadable),
                sendFigures,
                sends,
                breaches);
    }

    private void open(RequestsTopic topic, long offset, long nonce, boolean judged) {
        if (!ledger.isDone(topic, offset)) {
            pool(topic).pending();
        } else if (!judged) {
            pool(topic).resultTrimmed();
        } else {
            pool(topic).lost();
            var position = new Position(topic, extent.shard(), offset);
            breaches.add(new Breach.Lost(new RequestId(position, new Nonce(nonce))));
        }
    }

    private RequestTable table(RequestsTopic topic) {
        RequestTable table = tables.get(topic);
        if (table == null) {
            throw new IllegalArgumentException("not in the audit's extent: " + topic);
        }
        return table;
    }

    private PoolTally pool(RequestsTopic topic) {
        return pools.computeIfAbsent(topic.pool(), pool -> new PoolTally());
    }

    /** Joins neighbouring offsets without a record. */
    private final class Holes {

        private final RequestsTopic topic;
        private long first;
        private long count;

        Holes(RequestsTopic topic) {
            this.topic = topic;
        }

        void absent(long offset) {
            if (count > 0 && offset != first + count) {
                end();
            }
            if (count == 0) {
                first = offset;
            }
            count++;
        }

        void end() {
            if (count > 0) {
                breaches.add(new Breach.Hole(new Position(topic, extent.shard(), first), count));
            }
            count = 0;
        }
    }
}

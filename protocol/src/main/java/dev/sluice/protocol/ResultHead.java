package dev.sluice.protocol;

import java.time.DateTimeException;
import java.util.List;
import java.util.Optional;

/**
 * What a result says of its request and of the sends it took, without the node's answer.
 *
 * <p>For readers of many results that need no bodies: it takes few headers and agrees with what
 * {@link ResultsCodec} reads from all of them.
 *
 * @param status of the node's final answer; empty where it never gave one
 * @param attempts the history, see {@link Attempt#MAX_KEPT}
 * @param requestBytes size of the request's body
 */
public record ResultHead(
        RequestId request,
        Outcome outcome,
        Optional<Reason> reason,
        Optional<Integer> status,
        int attemptCount,
        List<Attempt> attempts,
        int requestBytes,
        String worker) {

    public ResultHead {
        attempts = List.copyOf(attempts);
    }

    public static ResultHead of(ResultEvent result) {
        return new ResultHead(
                result.request(),
                result.outcome(),
                result.reason(),
                result.answer().map(Answer::status),
                result.attemptCount(),
                result.attempts(),
                result.requestBytes(),
                result.worker());
    }

    /**
     * Reads the head of a record of a results partition.
     *
     * @return empty when the record is no result but something else that the ledger holds
     */
    public static Optional<ResultHead> decode(HeaderLookup headers)
            throws UnreadableRecordException {
        try {
            if (!required(headers, Names.CE_TYPE).equals(ResultsCodec.RESULT)) {
                return Optional.empty();
            }
            String id = required(headers, Names.REQUEST);
            return Optional.of(
                    new ResultHead(
                            RequestId.parse(id)
                                    .orElseThrow(
                                            () ->
                                                    new IllegalArgumentException(
                                                            "not a request id: " + id)),
                            Outcome.parse(required(headers, Names.OUTCOME)),
                            Optional.ofNullable(headers.value(Names.REASON)).map(Reason::parse),
                            Optional.ofNullable(headers.value(Names.STATUS)).map(Integer::valueOf),
                            Integer.parseInt(required(headers, Names.ATTEMPT_COUNT)),
                            Attempt.decode(required(headers, Names.ATTEMPTS)),
                            Integer.parseInt(required(headers, Names.REQUEST_BYTES)),
                            required(headers, Names.WORKER)));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new UnreadableRecordException("not a result: " + e.getMessage(), e);
        }
    }

    /**
     * Whether it is of the request with this nonce that stands at its position. A record that no
     * worker could read has no nonce that is known; its result has 0 in place of it.
     */
    public boolean isOf(Nonce nonce) {
        return request.nonce().equals(nonce)
                || (reason.equals(Optional.of(Reason.UNREADABLE)) && request.nonce().bits() == 0);
    }

    private static String required(HeaderLookup headers, String name) {
        String value = headers.value(name);
        if (value == null) {
            throw new IllegalArgumentException("no header " + name);
        }
        return value;
    }
}

package dev.sluice.protocol;

import java.util.Optional;

/**
 * The id handed out for a request: its position in the log and a random part.
 *
 * <p>Written as {@code <pool>.<lane letter><shard>.<offset>.<nonce>}, for example {@code
 * default.n3.1027.0k3j9x0q2m7vd}: safe in a URL, and finding the request is one seek.
 */
public record RequestId(Position position, Nonce nonce) {

    private static final int SHARD_DIGITS = 4;
    private static final int OFFSET_DIGITS = 18; // no overflow of a long

    /** The id that this text is; empty when it is none. Any text may be given. */
    public static Optional<RequestId> parse(String text) {
        int lane = text.indexOf('.');
        int offset = lane < 0 ? -1 : text.indexOf('.', lane + 1);
        int nonce = offset < 0 ? -1 : text.indexOf('.', offset + 1);
        if (nonce < 0
                || !isNumber(text, lane + 2, offset, SHARD_DIGITS)
                || !isNumber(text, offset + 1, nonce, OFFSET_DIGITS)) {
            return Optional.empty();
        }
        int shard = Integer.parseInt(text, lane + 2, offset, 10);
        if (shard >= Position.MAX_SHARDS) {
            return Optional.empty();
        }
        long at = Long.parseLong(text, offset + 1, nonce, 10);
        return PoolName.parse(text.substring(0, lane))
                .flatMap(
                        pool ->
                                Lane.ofLetter(text.charAt(lane + 1))
                                        .map(letter -> new RequestsTopic(pool, letter)))
                .flatMap(
                        topic ->
                                Nonce.parse(text.substring(nonce + 1))
                                        .map(
                                                n ->
                                                        new RequestId(
                                                                new Position(topic, shard, at),
                                                                n)));
    }

    /** ASCII digits without a leading zero, so that there is one text for each id. */
    private static boolean isNumber(String text, int start, int end, int maxDigits) {
        int digits = end - start;
        if (digits < 1 || digits > maxDigits || (digits > 1 && text.charAt(start) == '0')) {
            return false;
        }
        for (int i = start; i < end; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        RequestsTopic topic = position.topic();
        return topic.pool()
                + "."
                + topic.lane().letter()
                + position.shard()
                + "."
                + position.offset()
                + "."
                + nonce;
    }
}

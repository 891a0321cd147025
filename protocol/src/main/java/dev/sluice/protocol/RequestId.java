package dev.sluice.protocol;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id handed out for a request: its position in the log and a random part.
 *
 * <p>Written as {@code <pool>.<lane letter><shard>.<offset>.<nonce>}, for example {@code
 * default.n3.1027.0k3j9x0q2m7vd}: safe in a URL, and finding the request is one seek.
 */
public record RequestId(Position position, Nonce nonce) {

    // No leading zeros and at most 18 digits: one text for each id, and no overflow of a long.
    private static final Pattern PATTERN =
            Pattern.compile(
                    "([a-z0-9-]{1,40})\\.([hnl])(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,17})\\.([0-9a-z]{13})");

    /** The id that this text is; empty when it is none. Any text may be given. */
    public static Optional<RequestId> parse(String text) {
        Matcher m = PATTERN.matcher(text);
        if (!m.matches()) {
            return Optional.empty();
        }
        int shard = Integer.parseInt(m.group(3));
        if (shard >= Position.MAX_SHARDS) {
            return Optional.empty();
        }
        long offset = Long.parseLong(m.group(4));
        return PoolName.parse(m.group(1))
                .flatMap(
                        pool ->
                                Lane.ofLetter(m.group(2).charAt(0))
                                        .map(lane -> new RequestsTopic(pool, lane)))
                .map(topic -> new Position(topic, shard, offset))
                .flatMap(
                        position ->
                                Nonce.parse(m.group(5))
                                        .map(nonce -> new RequestId(position, nonce)));
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

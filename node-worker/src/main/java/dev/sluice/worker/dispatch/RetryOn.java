package dev.sluice.worker.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which failed attempts are tried again.
 *
 * @param connection a connection that broke after the node may have seen the request
 * @param timeout no complete answer within the time limit
 * @param statuses answers, from 400 to 599
 */
public record RetryOn(boolean connection, boolean timeout, Set<Integer> statuses) {

    private static final String CONNECTION = "connection";
    private static final String TIMEOUT = "timeout";
    private static final String NONE = "none";
    private static final int FIRST_STATUS = 400;
    private static final int LAST_STATUS = 599;

    /** What is worth another try without knowing the nodes: their gateways' errors, and 429. */
    public static final RetryOn DEFAULT = new RetryOn(true, true, Set.of(429, 502, 503, 504));

    public RetryOn {
        if (!statuses.stream().allMatch(RetryOn::isStatus)) {
            throw new IllegalArgumentException("not statuses of failures: " + statuses);
        }
        statuses = Set.copyOf(statuses);
    }

    /**
     * The one that this list says, such as {@code connection,timeout,503}.
     *
     * @throws IllegalArgumentException with what it must be, and all that it is not
     */
    public static RetryOn parse(String text) {
        if (text.strip().equals(NONE)) {
            return new RetryOn(false, false, Set.of());
        }
        var words = new TreeSet<String>();
        var statuses = new TreeSet<Integer>();
        var unknown = new ArrayList<String>();
        for (String part : text.split(",", -1)) {
            String word = part.strip();
            if (word.equals(CONNECTION) || word.equals(TIMEOUT)) {
                words.add(word);
            } else if (word.matches("[1-9][0-9]{2}") && isStatus(Integer.parseInt(word))) {
                statuses.add(Integer.parseInt(word));
            } else {
                unknown.add("'" + word + "'");
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "must be none, or connection, timeout and statuses from %d to %d with commas (%s %s)"
                            .formatted(
                                    FIRST_STATUS,
                                    LAST_STATUS,
                                    String.join(", ", unknown),
                                    unknown.size() == 1 ? "is none of these" : "are not"));
        }
        return new RetryOn(words.contains(CONNECTION), words.contains(TIMEOUT), statuses);
    }

    private static boolean isStatus(int status) {
        return status >= FIRST_STATUS && status <= LAST_STATUS;
    }

    /** As the setting is written. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        if (connection) {
            words.add(CONNECTION);
        }
        if (timeout) {
            words.add(TIMEOUT);
        }
        new TreeSet<>(statuses).forEach(status -> words.add(status.toString()));
        return words.isEmpty() ? NONE : String.join(",", words);
    }
}

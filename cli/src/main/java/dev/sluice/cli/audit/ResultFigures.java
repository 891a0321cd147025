package dev.sluice.cli.audit;

/**
 * What the results were, beside those that count.
 *
 * @param read results in all
 * @param superseded a later result of a request that had one: reported, and no breach
 * @param recordedAgain the same result once more, by a worker that heard no answer
 * @param stray without a request in the log, though nothing has trimmed it
 * @param ofTrimmed of requests that are trimmed
 * @param outside of requests that are not in the audit's scope
 * @param ofNoTopic of pools whose requests topic is not there any more
 * @param unreadable records that no reader understands
 */
public record ResultFigures(
        long read,
        long superseded,
        long recordedAgain,
        long stray,
        long ofTrimmed,
        long outside,
        long ofNoTopic,
        long unreadable) {

    static final ResultFigures NONE = new ResultFigures(0, 0, 0, 0, 0, 0, 0, 0);

    ResultFigures plus(ResultFigures other) {
        return new ResultFigures(
                read + other.read,
                superseded + other.superseded,
                recordedAgain + other.recordedAgain,
                stray + other.stray,
                ofTrimmed + other.ofTrimmed,
                outside + other.outside,
                ofNoTopic + other.ofNoTopic,
                unreadable + other.unreadable);
    }
}

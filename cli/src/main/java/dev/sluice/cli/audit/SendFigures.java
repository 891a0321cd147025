package dev.sluice.cli.audit;

/**
 * How often the audited requests were sent, as their results tell.
 *
 * @param attempts made for the results that count, those that found no connection included
 * @param noConnection of these, the listed ones that never reached a node
 * @param unlisted of these, those that a long history left out
 * @param sentAgain requests sent more than once, by the result that counts
 * @param inSuperseded sends that only superseded results tell of
 */
public record SendFigures(
        long attempts, long noConnection, long unlisted, long sentAgain, long inSuperseded) {

    static final SendFigures NONE = new SendFigures(0, 0, 0, 0, 0);

    SendFigures plus(SendFigures other) {
        return new SendFigures(
                attempts + other.attempts,
                noConnection + other.noConnection,
                unlisted + other.unlisted,
                sentAgain + other.sentAgain,
                inSuperseded + other.inSuperseded);
    }
}

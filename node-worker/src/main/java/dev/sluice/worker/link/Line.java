package dev.sluice.worker.link;

/** One end of a link between a worker and a keeper, as the two use it. */
public interface Line {

    void say(LinkMessage message);

    /** The moment of the other end's clock by ours, at the latest. */
    long late(long theirsNanos);

    /** The moment of the other end's clock by ours, at the earliest. */
    long early(long theirsNanos);

    /** How the other end's clock stands to ours. */
    PeerClock.Shift shift();

    /** Gives the link up. */
    void close();
}

package dev.sluice.protocol;

/** What ends a request. The first one in the log for a request is <em>the</em> ending. */
public sealed interface Ending extends ResultsRecord permits ResultEvent, Duplicate {

    /** The request that it ends. */
    RequestId request();
}

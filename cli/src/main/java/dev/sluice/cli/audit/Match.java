package dev.sluice.cli.audit;

/** What a result is to the request at its position. */
enum Match {
    /** The first one of it: the one that counts. */
    FIRST,
    /** A later one. */
    SUPERSEDED,
    /** The same record as the one before: appended again by a worker that heard no answer. */
    RECORDED_AGAIN,
    /** No request with its nonce stands there, though nothing was trimmed there. */
    STRAY,
    /** Its request is trimmed. */
    OF_TRIMMED,
    /** Its request is not in the audit's scope. */
    OUTSIDE,
    /** The requests topic is not there any more. */
    OF_NO_TOPIC
}

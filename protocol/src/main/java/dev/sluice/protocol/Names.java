package dev.sluice.protocol;

/**
 * The names of record headers.
 *
 * <p>The {@code ce_} ones and {@code content-type} are the CloudEvents 1.0 Kafka protocol binding's
 * binary mode (github.com/cloudevents/spec, {@code bindings/kafka-protocol-binding.md}); the others
 * are ours.
 */
final class Names {

    static final String CE_SPEC_VERSION = "ce_specversion";
    static final String CE_ID = "ce_id";
    static final String CE_TYPE = "ce_type";
    static final String CE_SOURCE = "ce_source";
    static final String CE_TIME = "ce_time";
    static final String CONTENT_TYPE = "content-type";

    static final String SPEC_VERSION = "1.0";

    /**
     * Instead of {@code content-type} where that would make the binding's readers take the record
     * for one in structured mode.
     */
    static final String BODY_CONTENT_TYPE = "sluice-content-type";

    private static final String STRUCTURED = "application/cloudevents";

    static final String NONCE = "sluice-nonce";
    static final String POOL = "sluice-pool";
    static final String METHOD = "sluice-method";
    static final String TARGET = "sluice-target";
    static final String DEADLINE_MS = "sluice-deadline-ms";
    static final String IDEMPOTENCY_KEY = "sluice-idempotency-key";
    static final String HTTP_HEADERS = "sluice-http-headers";
    static final String REPLAY_OF = "sluice-replay-of";
    static final String REPLAY = "sluice-replay";

    static final String REQUEST = "sluice-request";
    static final String SAME_AS = "sluice-same-as";
    static final String OUTCOME = "sluice-outcome";
    static final String STATUS = "sluice-status";
    static final String NODE = "sluice-node";
    static final String ATTEMPT_COUNT = "sluice-attempt-count";
    static final String ATTEMPTS = "sluice-attempts";
    static final String QUEUED_AT = "sluice-queued-at";
    static final String FINISHED_AT = "sluice-finished-at";
    static final String REQUEST_BYTES = "sluice-request-bytes";
    static final String REASON = "sluice-reason";
    static final String DETAIL = "sluice-detail";
    static final String WORKER = "sluice-worker";
    static final String SHARD = "sluice-shard";
    static final String UNTIL = "sluice-until";

    private Names() {}

    /** The header under which the media type of a record's value stands. */
    static String contentTypeHeader(String mediaType) {
        boolean structured = mediaType.regionMatches(true, 0, STRUCTURED, 0, STRUCTURED.length());
        return structured ? BODY_CONTENT_TYPE : CONTENT_TYPE;
    }
}

package dev.sluice.protocol;

/**
 * The word of a shard's owner that a request is the first with its idempotency key.
 *
 * <p>As with results, the first claim in the log counts, whoever wrote it, until the key's time is
 * over; no request with a key is sent before its claim has been read. Written as one line of text,
 * for a new owner reads many.
 */
public record KeyClaim(KeyHash key, Fingerprint fingerprint, RequestId first) {

    private static final String VERSION = "v1";
    private static final int PARTS = 4;

    public Body encode() {
        return Body.ofUtf8(VERSION + " " + key + " " + fingerprint + " " + first);
    }

    public static KeyClaim decode(Body body) throws UnreadableRecordException {
        String[] parts = body.utf8().split(" ", -1);
        try {
            if (parts.length != PARTS || !parts[0].equals(VERSION)) {
                throw new IllegalArgumentException("not " + VERSION + " and three parts");
            }
            return new KeyClaim(
                    KeyHash.parse(parts[1]),
                    Fingerprint.parse(parts[2]),
                    RequestId.parse(parts[3])
                            .orElseThrow(() -> new IllegalArgumentException("no request id")));
        } catch (IllegalArgumentException e) {
            throw new UnreadableRecordException("not a claim: " + e.getMessage(), e);
        }
    }
}

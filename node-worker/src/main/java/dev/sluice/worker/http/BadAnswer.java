package dev.sluice.worker.http;

/**
 * What a node sent is no answer that can be taken. Its message is one sentence of ours, for people
 * on the other side: without addresses, names of classes, or what the node sent.
 */
final class BadAnswer extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean tooLarge;

    private BadAnswer(String why, boolean tooLarge) {
        super(why, null, false, false);
        this.tooLarge = tooLarge;
    }

    /** It breaks the rules of HTTP/1.1, or is none that a request of ours can have. */
    static BadAnswer because(String why) {
        return new BadAnswer(why, false);
    }

    /** What stands around its content is larger than the bound. */
    static BadAnswer fieldsTooLarge() {
        return new BadAnswer("the node's header fields are too large", true);
    }

    boolean tooLarge() {
        return tooLarge;
    }
}

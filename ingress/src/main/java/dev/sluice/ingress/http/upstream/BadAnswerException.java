package dev.sluice.ingress.http.upstream;

/** What a service said is no answer that may be passed on. */
final class BadAnswerException extends Exception {

    BadAnswerException() {
        super("not an answer to pass on", null, false, false);
    }
}

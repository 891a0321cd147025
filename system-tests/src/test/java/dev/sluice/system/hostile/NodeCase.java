package dev.sluice.system.hostile;

import java.util.Set;

/**
 * An answer of a hostile node, and what becomes of the request.
 *
 * @param name of its script, the first segment of the path
 * @param script the answer
 * @param requestBytes of the request's body
 * @param expect what becomes of it
 */
record NodeCase(String name, Script script, int requestBytes, Expect expect) {

    /** What becomes of a request. */
    sealed interface Expect {}

    /** The client gets this status and this body. */
    record Delivered(int status, String body) implements Expect {}

    /** It is {@code failed} for one of these reasons. */
    record Failed(Set<String> reasons) implements Expect {}

    /** It is over, either way. */
    record Over() implements Expect {}

    NodeCase after(int bytes) {
        return new NodeCase(name, script, bytes, expect);
    }

    static NodeCase ok(String name, Script script) {
        return delivered(name, 200, "ok", script);
    }

    static NodeCase delivered(String name, int status, String body, Script script) {
        return new NodeCase(name, script, 0, new Delivered(status, body));
    }

    static NodeCase failed(String name, String reasons, Script script) {
        return new NodeCase(name, script, 0, new Failed(Set.of(reasons.split(" "))));
    }

    static NodeCase over(String name, Script script) {
        return new NodeCase(name, script, 0, new Over());
    }

    @Override
    public String toString() {
        return name;
    }
}

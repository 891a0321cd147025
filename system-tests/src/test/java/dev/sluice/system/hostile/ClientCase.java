package dev.sluice.system.hostile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a hostile client sends, and what it gets.
 *
 * @param name of the case
 * @param service whose port it is sent to
 * @param script what is sent; the answer is read after it
 * @param statuses of which the answer has one; {@link Received#CLOSED} is an end without an answer
 * @param check what else must hold
 */
record ClientCase(String name, String service, Script script, Set<Integer> statuses, Check check) {

    static final String INGRESS = "ingress";
    static final String QUEUE = "/queue/polite/x";
    static final String HOST = "Host: 127.0.0.1\r\n";

    /** What else must hold of an answer; the connection may be open. */
    @FunctionalInterface
    interface Check {
        void of(Received answer, Wire wire) throws IOException;
    }

    /** Sent to the ingress, and answered with one of these. */
    static ClientCase ingress(String name, Script script, int... statuses) {
        return to(INGRESS, name, script, statuses);
    }

    static ClientCase ingress(String name, String bytes, int... statuses) {
        return to(INGRESS, name, Script.of(bytes), statuses);
    }

    static ClientCase to(String service, String name, Script script, int... statuses) {
        return new ClientCase(
                name,
                service,
                script,
                Set.copyOf(IntStream.of(statuses).boxed().toList()),
                (answer, wire) -> {});
    }

    ClientCase and(Check more) {
        return new ClientCase(
                name,
                service,
                script,
                statuses,
                (answer, wire) -> {
                    check.of(answer, wire);
                    more.of(answer, wire);
                });
    }

    /** Whether each answer that is allowed is a refusal: then nothing is queued. */
    boolean isRefused() {
        return statuses.stream().allMatch(status -> status == Received.CLOSED || status >= 400);
    }

    /** A request to a path with these lines of fields besides {@code Host}, and this body. */
    static String request(String line, String fields, String body) {
        return line + " HTTP/1.1\r\n" + HOST + fields + length(body) + "\r\n" + body;
    }

    /** One to the queue, which waits for the answer. */
    static String post(String fields, String body) {
        return request("POST " + QUEUE, "Prefer: wait=20\r\n" + fields, body);
    }

    /** One to the queue whose body's end these fields tell. */
    static String framed(String fields, String body) {
        return "POST " + QUEUE + " HTTP/1.1\r\n" + HOST + fields + "\r\n" + body;
    }

    /** The same to the service behind. */
    static String proxied(String fields, String body) {
        return "POST /up/x HTTP/1.1\r\n" + HOST + fields + "\r\n" + body;
    }

    private static String length(String body) {
        return "Content-Length: " + body.length() + "\r\n";
    }

    /** All of them in one list. */
    @SafeVarargs
    static List<ClientCase> together(List<ClientCase>... lists) {
        var all = new ArrayList<ClientCase>();
        for (List<ClientCase> list : lists) {
            all.addAll(list);
        }
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}

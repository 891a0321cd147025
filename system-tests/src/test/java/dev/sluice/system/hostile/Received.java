package dev.sluice.system.hostile;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Locale;
import java.util.Optional;

/**
 * What came back on a raw connection.
 *
 * @param status of the answer; 0 where the connection ended before one
 * @param head its status line and fields
 * @param body as it was sent, without the lengths of chunks
 * @param whole whether the end of the body came
 * @param interim whether a 100 came before it
 */
record Received(int status, String head, String body, boolean whole, boolean interim) {

    static final int CLOSED = 0;
    // more than any node may answer
    private static final long MAX_BODY_BYTES = 16 << 20;
    private static final Received NOTHING = new Received(CLOSED, "", "", false, false);

    Received(int status, String head, String body, boolean whole) {
        this(status, head, body, whole, false);
    }

    /**
     * Reads the next final answer.
     *
     * @throws SocketTimeoutException if neither an answer nor an end comes in time: it hangs
     */
    static Received from(Wire wire) throws IOException {
        try {
            String head = wire.head();
            boolean interim = status(head) == 100;
            while (status(head) >= 100 && status(head) < 200 && status(head) != 101) {
                head = wire.head();
            }
            int status = status(head);
            if (status == CLOSED) {
                return NOTHING;
            }
            var withoutBody = new Received(status, head, "", true, interim);
            if (status == 101 || status == 204 || status == 304) {
                return withoutBody;
            }
            if (withoutBody.field("Transfer-Encoding").isPresent()) {
                return chunked(wire, withoutBody);
            }
            Optional<Long> length = withoutBody.field("Content-Length").map(Long::valueOf);
            String body =
                    length.isPresent()
                            ? wire.read((int) Math.min(length.get(), MAX_BODY_BYTES))
                            : wire.rest();
            boolean whole = length.isEmpty() || body.length() == length.get();
            return new Received(status, head, body, whole, interim);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            return NOTHING; // reset
        }
    }

    private static Received chunked(Wire wire, Received answer) throws IOException {
        var body = new StringBuilder();
        while (true) {
            String line = wire.line();
            int length;
            try {
                length = Integer.parseInt(line.split(";", 2)[0].strip(), 16);
            } catch (NumberFormatException e) {
                return answer.with(body, false);
            }
            if (length == 0) {
                wire.line();
                return answer.with(body, true);
            }
            body.append(wire.read(length));
            wire.line();
        }
    }

    private Received with(CharSequence itsBody, boolean isWhole) {
        return new Received(status, head, itsBody.toString(), isWhole, interim);
    }

    private static int status(String head) {
        return head.matches("(?s)HTTP/1\\.[01] [0-9]{3}[ \r\n].*")
                ? Integer.parseInt(head.substring(9, 12))
                : CLOSED;
    }

    /** The first value of a field. */
    Optional<String> field(String name) {
        String start = name.toLowerCase(Locale.ROOT) + ":";
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(start))
                .map(line -> line.substring(start.length()).strip())
                .findFirst();
    }

    /** The last word of a problem's type; empty where it is none. */
    String problem() {
        var type = java.util.regex.Pattern.compile("urn:sluice:problem:([a-z0-9_]+)").matcher(body);
        return type.find() ? type.group(1) : "";
    }
}

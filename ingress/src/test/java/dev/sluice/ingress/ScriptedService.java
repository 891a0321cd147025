package dev.sluice.ingress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A service whose answer is named by the last word of the path. */
final class ScriptedService implements WireUpstream.Script {

    static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok";

    /** Done when the other side of an endless answer has gone. */
    final CompletableFuture<Boolean> abandoned = new CompletableFuture<>();

    /** Done when the other side of an exchange in which nothing was said has gone. */
    final CompletableFuture<Boolean> left = new CompletableFuture<>();

    @Override
    public void serve(WireUpstream.Exchange exchange) throws IOException, InterruptedException {
        String path = exchange.head().split(" ", 3)[1];
        switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "silent" -> exchange.closedByPeer();
            case "silent-told" -> left.complete(exchange.closedByPeer());
            case "hang" -> {
                exchange.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                exchange.closedByPeer();
            }
            case "events" -> events(exchange);
            case "endless" -> endless(exchange);
            case "breaks" -> exchange.say("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            case "breaks-chunks" ->
                    exchange.say(
                            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
            case "garbage" -> exchange.say("nonsense\r\n\r\n");
            case "nothing" -> exchange.say("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
            case "nothing-of-four" ->
                    exchange.say(
                            "HTTP/1.1 204 No Content\r\nConnection: close\r\n"
                                    + "Content-Length: 4\r\n\r\nEVIL");
            case "same" ->
                    exchange.say(
                            "HTTP/1.1 304 Not Modified\r\nConnection: close\r\nETag: \"a\"\r\n\r\n");
            case "away" ->
                    exchange.say("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /x\r\n\r\n");
            case "hints" ->
                    exchange.say(lines("HTTP/1.1 103 Early Hints", "Link: </a.css>", "", "") + OK);
            case "fields" ->
                    exchange.say(
                            lines(
                                    "HTTP/1.1 200 Fine",
                                    "Server: theirs",
                                    "Date: Sun, 01 Jan 2023 00:00:00 GMT",
                                    "Connection: close, X-Hop",
                                    "X-Hop: 1",
                                    "Keep-Alive: timeout=5",
                                    "Set-Cookie: a=1",
                                    "Set-Cookie: b=2",
                                    "Content-Encoding: gzip",
                                    "Content-Length: 3",
                                    "",
                                    "\u001f\u008b!"));
            case "interim" -> {
                for (String status :
                        List.of("100 A", "100 B", "104 C", "102 D", "199 E", "103 F")) {
                    exchange.say("HTTP/1.1 " + status + "\r\nX-I: 1\r\n\r\n");
                }
                exchange.say(OK);
            }
            case "interim-endless" ->
                    exchange.say("HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000) + OK);
            case "switch" ->
                    exchange.say(
                            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n");
            case "odd" -> exchange.say("HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n");
            case "head" ->
                    exchange.say(
                            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1234\r\n\r\n");
            case "continue" -> {
                exchange.say("HTTP/1.1 100 Continue\r\n\r\n");
                exchange.in().readNBytes(5);
                exchange.say(OK);
            }
            case "refuse" ->
                    exchange.say(
                            "HTTP/1.1 417 Expectation Failed\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno");
            case "body" -> {
                String body = new String(exchange.in().readNBytes(5), StandardCharsets.UTF_8);
                exchange.say(
                        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\n" + body);
            }
            default -> exchange.say(OK);
        }
    }

    private static void events(WireUpstream.Exchange exchange) throws IOException {
        exchange.say(
                lines(
                        "HTTP/1.1 200 OK",
                        "Content-Type: text/event-stream",
                        "Transfer-Encoding: chunked",
                        "",
                        ""));
        while (exchange.in().read() >= 0) { // an event for each byte that the client sends
            exchange.say("9\r\ndata: x\n\n\r\n");
        }
    }

    private void endless(WireUpstream.Exchange exchange) throws InterruptedException {
        try {
            exchange.say("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
            while (true) {
                exchange.say("more\n");
                TimeUnit.MILLISECONDS.sleep(20); // a slow producer
            }
        } catch (IOException e) {
            abandoned.complete(true);
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines);
    }
}

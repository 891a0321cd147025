package dev.sluice.worker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.time.NanoClock;
import dev.sluice.testkit.FakeNode;
import dev.sluice.worker.credentials.Permission;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes that break the rules, on bare sockets: each attempt ends once and in a known way, the node
 * is served again afterwards, another one beside it is served meanwhile, and nothing that was left
 * on a connection is taken for the answer to another request.
 */
class HostileNodeTest {

    private static final int MAX_FIELDS = 32 * 1024;
    private static final int MAX_CONTENT = 256 * 1024;
    // more than any bound, and than what sockets hold on both sides
    private static final long ENDLESS = 64L * 1024 * 1024;
    private static final int LARGE_REQUEST = 8 * 1024 * 1024;
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String A = OK + "Content-Length: 1\r\n\r\na";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

    private static NodeSender sender;
    private static NodeSender hurried;
    private static FakeNode polite;

    enum Then {
        REUSED,
        CLOSED
    }

    /** One way to break the rules. */
    record Case(
            String name,
            String method,
            int bodyBytes,
            boolean hurried,
            RawNode.Script script,
            String word,
            Then then) {

        Case to(String otherMethod) {
            return new Case(name, otherMethod, bodyBytes, hurried, script, word, then);
        }

        Case withBody(int bytes) {
            return new Case(name, "POST", bytes, hurried, script, word, then);
        }

        /** With a time-out of a second. */
        Case inAHurry() {
            return new Case(name, method, bodyBytes, true, script, word, then);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        sender = sender(Duration.ofSeconds(40));
        hurried = sender(Duration.ofSeconds(1));
        polite = FakeNode.echo();
    }

    @AfterAll
    static void stop() {
        sender.close();
        hurried.close();
        polite.close();
    }

    private static NodeSender sender(Duration timeout) throws Exception {
        var limits =
                new NodeSender.Limits(timeout, Duration.ofSeconds(10), MAX_CONTENT, MAX_FIELDS);
        return NodeSender.start(
                limits,
                spec -> new Permission.NotNeeded(),
                NanoClock.SYSTEM,
                InstantSource.system());
    }

    static Stream<Case> cases() {
        return Stream.of(
                        interim(), statusLines(), fields(), framing(), content(), endless(), ends())
                .flatMap(List::stream);
    }

    private static List<Case> interim() {
        var all = new ArrayList<Case>();
        for (String first : List.of("100", "102", "103", "104", "110", "199")) {
            all.add(good("one " + first, interim(first) + A, "200 a"));
            for (String second : List.of("100", "102", "103", "104", "110", "199")) {
                String both = interim(first) + interim(second);
                all.add(good(first + " and " + second, both + A, "200 a"));
            }
        }
        all.add(good("a thousand 100", interim("100").repeat(1_000) + A, "200 a"));
        all.add(bad("a thousand and one 100", interim("100").repeat(1_001) + A, "bad"));
        all.add(
                good(
                        "interim answers of all kinds, twenty times over",
                        (interim("103") + interim("100") + interim("104") + interim("102"))
                                        .repeat(20)
                                + A,
                        "200 a"));
        all.add(
                good(
                        "fields of an interim answer are none of the final one",
                        "HTTP/1.1 103 Early\r\nContent-Length: 9\r\nLink: </x>\r\n\r\n" + A,
                        "200 a"));
        all.add(
                script(
                        "interim answers one at a time",
                        link -> {
                            for (String part : List.of("100", "100", "104", "102", "102")) {
                                link.send(interim(part));
                                pause(Duration.ofMillis(20));
                            }
                            link.send(A);
                        },
                        "200 a",
                        Then.REUSED));
        all.add(
                good("interim answers to a HEAD", interim("100").repeat(2) + OK + "\r\n", "200 ")
                        .to("HEAD"));
        all.add(
                script(
                                "interim answers while a large request is written",
                                link -> {
                                    link.send(interim("100") + interim("102") + interim("100"));
                                    link.skip(LARGE_REQUEST);
                                    link.send(A);
                                },
                                "200 a",
                                Then.REUSED)
                        .withBody(LARGE_REQUEST));
        all.add(ending("interim answers, then the end", interim("100").repeat(2), "lost"));
        all.add(bad("interim answers, then no HTTP", interim("104") + "hello\r\n\r\n", "bad"));
        all.add(
                script(
                        "interim answers without end",
                        link -> link.sendForEver(interim("102"), ENDLESS),
                        "bad",
                        Then.CLOSED));
        all.add(
                script(
                                "interim answers, then silence",
                                link -> {
                                    link.send(interim("100").repeat(2));
                                    link.awaitEnd();
                                },
                                "timeout",
                                Then.CLOSED)
                        .inAHurry());
        String upgrade = "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: ";
        all.add(bad("101 to a WebSocket", upgrade + "websocket\r\n\r\n", "bad"));
        all.add(bad("101 to something else", upgrade + "x\r\n\r\nbytes", "bad"));
        all.add(bad("101 without fields", "HTTP/1.1 101 Switching\r\n\r\n", "bad"));
        all.add(bad("101 after 100", interim("100") + upgrade + "h2c\r\n\r\n", "bad"));
        return all;
    }

    private static List<Case> statusLines() {
        var all = new ArrayList<Case>();
        for (String line :
                List.of(
                        "HTTP/1.1 0 Zero",
                        "HTTP/1.1 1 One",
                        "HTTP/1.1 99 Low",
                        "HTTP/1.1 099 Low",
                        "HTTP/1.1 20",
                        "HTTP/1.1 600 High",
                        "HTTP/1.1 999 High",
                        "HTTP/1.1 1000 High",
                        "HTTP/1.1 -200 Minus",
                        "HTTP/1.1 2OO Letters",
                        "HTTP/1.1",
                        "HTTP/1.1 ",
                        "HTTP/2.0 200 OK",
                        "HTTP/3.0 200 OK",
                        "HTTP/1.2 200 OK",
                        "HTTP/0.9 200 OK",
                        "HTTP/1.11 200 OK",
                        "HTTQ/1.1 200 OK",
                        "ICY 200 OK",
                        "200 OK",
                        " HTTP/1.1 200 OK",
                        "HTTP/1.1 200 O\0K",
                        "HTTP/1.1 200 O\rK",
                        "HTTP/1.1 200 O\u001bK",
                        "<html>an answer of HTTP/0.9</html>")) {
            all.add(bad("status line " + line, line + "\r\nContent-Length: 1\r\n\r\na", "bad"));
        }
        all.add(bad("the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "bad"));
        all.add(bad("SETTINGS of HTTP/2", "\0\0\0\4\0\0\0\0\0", "bad"));
        all.add(bad("a TLS alert", "\25\3\1\0\2\2\50", "bad"));
        all.add(good("status 599", "HTTP/1.1 599 x\r\nContent-Length: 1\r\n\r\na", "599 a"));
        all.add(good("no words", "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na", "200 a"));
        return all;
    }

    private static List<Case> fields() {
        var all = new ArrayList<Case>();
        for (String field :
                List.of(
                        "X: a\0b",
                        "X: a\u0001b",
                        "X: a\u007fb",
                        "X: a\rb",
                        "X: a\r\n folded",
                        " X: a",
                        "X Y: a",
                        "X : a",
                        "X\0: a",
                        "X",
                        ": a",
                        "X(: a",
                        "Content-Length: -1",
                        "Content-Length: +1",
                        "Content-Length: 0x1",
                        "Content-Length: 1 1",
                        "Content-Length: 1, 1",
                        "Content-Length: ",
                        "Content-Length: 99999999999999999999",
                        "Content-Length: 2",
                        "Transfer-Encoding: chunked",
                        "Transfer-Encoding: gzip, chunked",
                        "Transfer-Encoding: identity")) {
            String head = OK + "Content-Length: 1\r\n" + field + "\r\n\r\na";
            all.add(bad("field " + field, head, "bad"));
        }
        for (String coding :
                List.of(
                        "gzip, chunked",
                        "gzip\r\nTransfer-Encoding: chunked",
                        "chunked, gzip",
                        "chunked, chunked",
                        "chunked\r\nTransfer-Encoding: chunked",
                        "chunked;q=1",
                        "xchunked",
                        "gzip",
                        "identity",
                        "")) {
            String head = OK + "Transfer-Encoding: " + coding + "\r\n\r\n1\r\na\r\n0\r\n\r\n";
            all.add(bad("coding " + coding, head, "bad"));
        }
        all.add(
                bad(
                        "chunks in HTTP/1.0",
                        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n",
                        "bad"));
        String large = "X: " + "x".repeat(MAX_FIELDS) + "\r\n";
        all.add(bad("a large field", OK + large + "\r\n", "too large"));
        all.add(
                bad(
                        "many fields",
                        OK + "Field: value\r\n".repeat(MAX_FIELDS / 10) + "\r\n",
                        "too large"));
        all.add(bad("a large name", OK + large.replace(": ", "y") + "\r\n", "too large"));
        all.add(bad("large words", OK.strip() + "x".repeat(MAX_FIELDS) + "\r\n\r\n", "too large"));
        all.add(
                bad(
                        "large fields of an interim answer",
                        "HTTP/1.1 103 Early\r\n" + large + "\r\n" + A,
                        "too large"));
        all.add(
                good(
                        "fields just below the bound",
                        OK
                                + ("X: " + "x".repeat(1_000) + "\r\n").repeat(30)
                                + "Content-Length: 1\r\n\r\na",
                        "200 a"));
        return all;
    }

    private static List<Case> framing() {
        var all = new ArrayList<Case>();
        for (String chunks :
                List.of(
                        "g\r\na\r\n0\r\n\r\n",
                        "-1\r\na\r\n0\r\n\r\n",
                        "1\r\nab\r\n0\r\n\r\n",
                        "1\na\n0\n\n",
                        "\r\n1\r\na\r\n0\r\n\r\n",
                        "fffffffffffffffff\r\na\r\n0\r\n\r\n",
                        "1\r\na\r\n0\r\nX\0: y\r\n\r\n",
                        "1 1\r\na\r\n0\r\n\r\n")) {
            all.add(bad("chunks " + chunks, CHUNKED + chunks, "bad"));
        }
        String extension = "1;x=" + "y".repeat(MAX_FIELDS) + "\r\na\r\n0\r\n\r\n";
        all.add(bad("a large extension of a chunk", CHUNKED + extension, "too large"));
        all.add(
                bad(
                        "many extensions of chunks",
                        CHUNKED + ("1;" + "x=" + "y".repeat(200) + "\r\na\r\n").repeat(400),
                        "too large"));
        all.add(
                bad(
                        "large trailers",
                        CHUNKED + "1\r\na\r\n0\r\nX: " + "x".repeat(MAX_FIELDS) + "\r\n\r\n",
                        "too large"));
        all.add(
                bad(
                        "many trailers",
                        CHUNKED + "1\r\na\r\n0\r\n" + "X: yyyyyyy\r\n".repeat(4_000) + "\r\n",
                        "too large"));
        all.add(good("small trailers", CHUNKED + "1\r\na\r\n0\r\nX: y\r\n\r\n", "200 a"));
        all.add(good("an extension", CHUNKED + "1;x=y\r\na\r\n0;z\r\n\r\n", "200 a"));
        all.add(
                good(
                        "ten thousand chunks",
                        CHUNKED + "1\r\na\r\n".repeat(10_000) + "0\r\n\r\n",
                        "200 " + "a".repeat(10_000)));
        all.add(
                bad(
                        "ten thousand chunks, then a bad one",
                        CHUNKED + "1\r\na\r\n".repeat(10_000) + "x\r\n",
                        "bad"));
        return all;
    }

    private static List<Case> content() {
        var all = new ArrayList<Case>();
        String b = OK + "Content-Length: 5\r\n\r\nother";
        all.add(closed("a second answer behind the first", A + b, "200 a"));
        all.add(closed("more content than announced", A + "bcd", "200 a"));
        all.add(closed("line ends behind the answer", A + "\r\n\r\n", "200 a"));
        all.add(closed("an answer behind the last chunk", CHUNKED + "0\r\n\r\n" + b, "200 "));
        all.add(closed("content for a HEAD", A, "200 ").to("HEAD"));
        all.add(
                good("length for a HEAD", OK + "Content-Length: 9999999\r\n\r\n", "200 ")
                        .to("HEAD"));
        all.add(closed("content of a 204", "HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\na", "204 "));
        all.add(closed("length of a 204", "HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\n", "204 "));
        all.add(
                closed(
                        "chunks of a 204",
                        "HTTP/1.1 204 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                        "204 "));
        all.add(closed("content of a 304", "HTTP/1.1 304 x\r\nContent-Length: 1\r\n\r\na", "304 "));
        all.add(
                good(
                        "length of a 304",
                        "HTTP/1.1 304 x\r\nContent-Length: 999999\r\n\r\n",
                        "304 "));
        all.add(
                bad(
                        "a length beyond the bound",
                        OK + "Content-Length: 999999999\r\n\r\na",
                        "too large"));
        all.add(
                bad(
                        "the largest length",
                        OK + "Content-Length: 9223372036854775807\r\n\r\na",
                        "too large"));
        all.add(ending("until the end", OK + "\r\nall of it", "200 all of it"));
        all.add(ending("HTTP/1.0 until the end", "HTTP/1.0 200 OK\r\n\r\nold", "200 old"));
        all.add(
                closed(
                        "it says close",
                        OK + "Connection: close\r\nContent-Length: 1\r\n\r\na",
                        "200 a"));
        return all;
    }

    private static List<Case> endless() {
        var all = new ArrayList<Case>();
        all.add(endless("fields", OK, "Field: value\r\n", "too large"));
        all.add(endless("one field", OK + "X: ", "x", "too large"));
        all.add(endless("a name", OK, "x", "too large"));
        all.add(endless("words", "HTTP/1.1 200 ", "x", "too large"));
        all.add(endless("a version", "", "x", "too large"));
        all.add(endless("line ends", "", "\r\n", "too large"));
        all.add(endless("an extension of a chunk", CHUNKED + "1;x=", "y", "too large"));
        all.add(
                endless(
                        "extensions of chunks",
                        CHUNKED,
                        "1;x=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\na\r\n",
                        "too large"));
        all.add(endless("trailers", CHUNKED + "0\r\n", "X: y\r\n", "too large"));
        all.add(endless("one trailer", CHUNKED + "0\r\nX: ", "y", "too large"));
        all.add(endless("content", OK + "\r\n", "content", "too large"));
        all.add(endless("chunks", CHUNKED, "1\r\na\r\n", "too large"));
        all.add(endless("digits of a chunk", CHUNKED, "1", "bad"));
        all.add(endless("zeros of a chunk", CHUNKED, "0", "bad"));
        return all;
    }

    private static List<Case> ends() {
        var all = new ArrayList<Case>();
        for (String beginning :
                List.of("HTTP/1.1 2", OK, OK + "Content-Len", OK + "Content-Length: 5\r\n")) {
            all.add(ending("breaks off after " + beginning, beginning, "bad"));
        }
        all.add(ending("closes without a word", "", "lost"));
        all.add(ending("breaks off amid content", OK + "Content-Length: 5\r\n\r\nab", "lost"));
        all.add(ending("breaks off amid chunks", CHUNKED + "5\r\nab", "lost"));
        all.add(ending("breaks off before the last chunk", CHUNKED + "1\r\na\r\n", "lost"));
        all.add(script("resets without a word", RawNode.Link::reset, "lost", Then.CLOSED));
        all.add(
                script(
                        "answers, then resets",
                        link -> {
                            link.send(A);
                            pause(Duration.ofMillis(50));
                            link.reset();
                        },
                        "200 a",
                        Then.CLOSED));
        all.add(
                script(
                                "answers before it has read the request, and closes",
                                link -> {
                                    link.send(
                                            "HTTP/1.1 413 Large\r\nConnection: close\r\n"
                                                    + "Content-Length: 2\r\n\r\nno");
                                    link.socket.shutdownOutput();
                                    link.awaitEnd();
                                },
                                "413 no",
                                Then.CLOSED)
                        .withBody(LARGE_REQUEST));
        all.add(
                script(
                                "answers before it has read the request, and hangs up",
                                link -> {
                                    link.send("HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno");
                                    pause(Duration.ofSeconds(1));
                                    link.socket.close();
                                },
                                "413 no",
                                Then.CLOSED)
                        .withBody(LARGE_REQUEST));
        all.add(
                script(
                                "answers and never reads the request",
                                link -> {
                                    link.send("HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno");
                                    pause(Duration.ofSeconds(4));
                                    link.awaitEnd();
                                },
                                "413 no",
                                Then.CLOSED)
                        .withBody(LARGE_REQUEST));
        all.add(script("says nothing", RawNode.Link::awaitEnd, "timeout", Then.CLOSED).inAHurry());
        all.add(
                script(
                                "content that drips for ever",
                                link -> {
                                    link.send(CHUNKED);
                                    for (int i = 0; i < 1_000; i++) {
                                        link.send("1\r\na\r\n");
                                        pause(Duration.ofMillis(20));
                                    }
                                },
                                "timeout",
                                Then.CLOSED)
                        .inAHurry());
        all.add(
                script(
                                "fields that drip for ever",
                                link -> {
                                    link.send(OK);
                                    for (int i = 0; i < 1_000; i++) {
                                        link.send("X: y\r\n");
                                        pause(Duration.ofMillis(20));
                                    }
                                },
                                "timeout",
                                Then.CLOSED)
                        .inAHurry());
        all.add(
                script(
                                "never reads the request, and says nothing",
                                link -> {
                                    pause(Duration.ofSeconds(3));
                                    link.awaitEnd();
                                },
                                "timeout",
                                Then.CLOSED)
                        .withBody(LARGE_REQUEST)
                        .inAHurry());
        return all;
    }

    private static String interim(String status) {
        return "HTTP/1.1 " + status + " Interim\r\n\r\n";
    }

    /** The answer is taken, and the connection serves the next request. */
    private static Case good(String name, String bytes, String word) {
        return script(name, link -> link.send(bytes), word, Then.REUSED);
    }

    /** The answer is taken, and the connection is closed from our side. */
    private static Case closed(String name, String bytes, String word) {
        return script(
                name,
                link -> {
                    link.send(bytes);
                    link.awaitEnd();
                },
                word,
                Then.CLOSED);
    }

    /** There is no answer, and the connection is closed from our side. */
    private static Case bad(String name, String bytes, String word) {
        return closed(name, bytes, word);
    }

    /** The node closes its connection after this. */
    private static Case ending(String name, String bytes, String word) {
        return script(
                name,
                link -> {
                    link.send(bytes);
                    link.socket.close();
                },
                word,
                Then.CLOSED);
    }

    private static Case endless(String name, String first, String again, String word) {
        return script(
                "endless " + name,
                link -> {
                    link.send(first);
                    link.sendForEver(again, ENDLESS);
                },
                word,
                Then.CLOSED);
    }

    private static Case script(String name, RawNode.Script script, String word, Then then) {
        return new Case(name, "GET", 0, false, script, word, then);
    }

    private static void pause(Duration time) {
        await().atMost(time.plusSeconds(30)).pollDelay(time).until(() -> true);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void endsOnceInAKnownWayAndHarmsNobodyElse(Case tried) throws Exception {
        NodeSender by = tried.hurried() ? hurried : sender;
        try (var node = RawNode.answering(tried.script())) {
            var attempt =
                    Attempted.send(
                            by,
                            node.uri(),
                            Attempted.request(tried.method(), "/x", tried.bodyBytes()));
            var beside = Attempted.send(sender, polite.uri(), Attempted.request("POST", "/", 4));
            assertThat(beside.word()).as("beside: %s", beside.detail()).startsWith("200");
            awaitEnd(attempt);

            assertThat(attempt.word()).isEqualTo(tried.word());
            assertThat(attempt.underWay().isOver()).isTrue();
            attempt.detail().ifPresent(HostileNodeTest::assertPlain);

            var next = Attempted.send(by, node.uri(), Attempted.request("GET", "/next", 0));
            assertThat(next.word()).isEqualTo("200 polite");
            assertThat(node.connections()).isEqualTo(tried.then() == Then.REUSED ? 1 : 2);
            await().until(() -> node.open() == 1);
            assertThat(node.failures()).isEmpty();
            assertThat(attempt.ends()).isEqualTo(1);
            assertThat(next.ends()).isEqualTo(1);
        }
    }

    @Test
    void anAnswerThatNobodyAskedForClosesTheConnection() throws Exception {
        RawNode.Script script =
                link -> {
                    link.send(A);
                    pause(Duration.ofMillis(50));
                    link.send(OK + "Content-Length: 5\r\n\r\nother");
                    link.awaitEnd();
                };
        try (var node = RawNode.answering(script)) {
            var attempt = Attempted.send(sender, node.uri(), Attempted.request("GET", "/", 0));
            assertThat(attempt.word()).isEqualTo("200 a");
            await().until(() -> node.open() == 0);

            var next = Attempted.send(sender, node.uri(), Attempted.request("GET", "/", 0));
            assertThat(next.word()).isEqualTo("200 polite");
        }
    }

    /** Taking a large answer keeps a thread busy: that is not the one that looks. */
    @Test
    void lookingAtAnAttemptDoesNotTakeItsAnswer() throws Exception {
        RawNode.Script script =
                link -> {
                    link.send("HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\nno");
                    pause(Duration.ofSeconds(4));
                    link.awaitEnd();
                };
        try (var node = RawNode.answering(script)) {
            var request = Attempted.request("POST", "/", LARGE_REQUEST);
            var attempt = Attempted.send(sender, node.uri(), request);
            await().until(() -> attempt.underWay().isUnread(NanoClock.SYSTEM.nanoTime()));
            assertThat(attempt.ends()).isZero();
            attempt.underWay().settle();

            assertThat(attempt.word()).isEqualTo("413 no");
            assertThat(attempt.underWay().isUnread(NanoClock.SYSTEM.nanoTime())).isFalse();
        }
    }

    @Test
    void whoAnswersBeforeItIsAskedEndsItsOwnAttemptAlone() throws Exception {
        // its bytes may be there before the request is written, or after: both is an end
        String other = OK + "Content-Length: 5\r\n\r\nother";
        try (var node = RawNode.unasked(link -> link.send(other))) {
            var attempt = Attempted.send(sender, node.uri(), Attempted.request("GET", "/", 0));
            awaitEnd(attempt);
            assertThat(attempt.word()).isNotEqualTo("timeout");

            var beside = Attempted.send(sender, polite.uri(), Attempted.request("POST", "/", 4));
            assertThat(beside.word()).startsWith("200");
            assertThat(attempt.ends()).isEqualTo(1);
        }
    }

    private static void awaitEnd(Attempted attempt) {
        await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            if (attempt.underWay().isUnread(NanoClock.SYSTEM.nanoTime())) {
                                attempt.underWay().settle();
                            }
                            return attempt.isDone();
                        });
    }

    /** A short sentence, without names of classes, addresses, or what the node sent. */
    private static void assertPlain(String detail) {
        assertThat(detail)
                .hasSizeLessThan(100)
                .doesNotContain("Exception", "jetty", "127.0.0.1", "@", "\n", "{", "[")
                .matches("[A-Za-z0-9 ',:/.-]+");
    }
}

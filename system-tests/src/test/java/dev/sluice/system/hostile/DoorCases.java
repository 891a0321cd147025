package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.ClientCase.QUEUE;
import static dev.sluice.system.hostile.ClientCase.ingress;
import static dev.sluice.system.hostile.ClientCase.post;
import static dev.sluice.system.hostile.ClientCase.request;
import static dev.sluice.system.hostile.ClientCase.to;
import static dev.sluice.system.hostile.Received.CLOSED;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

/** Who is let in: web pages of others, names of others, loops, strangers at the admin's calls. */
final class DoorCases {

    private static final String EVIL = "Origin: http://evil.example\r\n";

    private DoorCases() {}

    static List<ClientCase> all(AttackedSluice sluice) {
        return ClientCase.together(origins(sluice), hosts(), hops(), admins(), nodeUrls(sluice));
    }

    private static List<ClientCase> origins(AttackedSluice sluice) {
        String own = "127.0.0.1:" + sluice.port(ClientCase.INGRESS);
        String preflight = EVIL + "Access-Control-Request-Method: POST\r\n";
        return List.of(
                crossOrigin(
                        "page of another site", post(EVIL + "Content-Type: text/plain\r\n", "abc")),
                crossOrigin("page of no origin", post("Origin: null\r\n", "abc")),
                crossOrigin("page of another port", post("Origin: http://127.0.0.1:1\r\n", "abc")),
                crossOrigin("page over https", post("Origin: https://" + own + "\r\n", "abc")),
                crossOrigin("cross-site", post("Sec-Fetch-Site: cross-site\r\n", "abc")),
                crossOrigin("same-site", post("Sec-Fetch-Site: same-site\r\n", "abc")),
                crossOrigin("cross-site to /", request("POST /", EVIL, "abc")),
                crossOrigin("cross-site to a queue route", request("POST /game/x", EVIL, "abc")),
                crossOrigin("cross-site GET of the queue", request("GET " + QUEUE, EVIL, "")),
                crossOrigin("cross-site DELETE of the queue", request("DELETE " + QUEUE, EVIL, "")),
                crossOrigin("cross-site replay", request("POST /replays", EVIL, "{}")),
                ingress(
                        "own page",
                        post("Origin: http://" + own + "\r\n", "abc")
                                .replace("Host: 127.0.0.1", "Host: " + own),
                        200),
                ingress("same-origin", post("Sec-Fetch-Site: same-origin\r\n", "abc"), 200),
                ingress("typed by the user", post("Sec-Fetch-Site: none\r\n", "abc"), 200),
                ingress(
                        "preflight of another site",
                        request("OPTIONS " + QUEUE, preflight, ""),
                        403),
                ingress("preflight to /", request("OPTIONS /", preflight, ""), 403),
                ingress(
                        "preflight to a queue route",
                        request("OPTIONS /game/x", preflight, ""),
                        403),
                ingress("reading of another site", request("GET /stats", EVIL, ""), 200, 403)
                        .and(
                                (answer, wire) ->
                                        assertThat(answer.field("Access-Control-Allow-Origin"))
                                                .isEmpty()),
                ingress("WebSocket of another site", HeadCases.heartbeat(EVIL), 403),
                ingress("WebSocket of nobody", HeadCases.heartbeat(""), 101));
    }

    private static ClientCase crossOrigin(String name, String bytes) {
        return ingress(name, bytes, 403)
                .and((answer, wire) -> assertThat(answer.problem()).isEqualTo("cross_origin"));
    }

    private static List<ClientCase> hosts() {
        var refused =
                Stream.of(ClientCase.INGRESS, "statistics", "workers", "monitor")
                        .flatMap(
                                service ->
                                        Stream.of(
                                                misdirected(service, "evil.example"),
                                                misdirected(service, "127.0.0.1.evil.example"),
                                                host(service, "localhost", 200),
                                                host(service, "LOCALHOST:99", 200),
                                                host(service, "[::1]", 200)))
                        .toList();
        return ClientCase.together(
                refused,
                List.of(
                        misdirected(ClientCase.INGRESS, "localhost.evil.example"),
                        misdirected(ClientCase.INGRESS, "evil.example:80"),
                        misdirected(ClientCase.INGRESS, "evil.example."),
                        ingress(
                                "queued under another name",
                                post("", "abc").replace("Host: 127.0.0.1", "Host: evil.example"),
                                421),
                        ingress(
                                "proxied under another name",
                                request("POST /up/x", "", "abc")
                                        .replace("Host: 127.0.0.1", "Host: evil.example"),
                                421),
                        ingress(
                                "fetched under another name",
                                request("GET /requests/polite.n0.0.x", "", "")
                                        .replace("Host: 127.0.0.1", "Host: evil.example"),
                                421)));
    }

    private static ClientCase misdirected(String service, String name) {
        return host(service, name, 421)
                .and((answer, wire) -> assertThat(answer.problem()).isEqualTo("unknown_host"));
    }

    private static ClientCase host(String service, String name, int status) {
        return to(
                service,
                "Host: " + name + " to " + service,
                Script.of("GET /stats HTTP/1.1\r\nHost: " + name + "\r\n\r\n"),
                status);
    }

    private static List<ClientCase> hops() {
        return List.of(
                ingress("one hop", post("Sluice-Hops: 1\r\n", "abc"), 200),
                loop("six hops", post("Sluice-Hops: 6\r\n", "abc")),
                loop("six hops, proxied", request("POST /up/x", "Sluice-Hops: 6\r\n", "abc")),
                loop("six Vias", post("Via: 1.1 sluice\r\n".repeat(6), "abc")),
                loop(
                        "six Vias in one, proxied",
                        request(
                                "POST /up/x",
                                "Via: 1.1 sluice" + ", 1.1 sluice".repeat(5) + "\r\n",
                                "abc")),
                ingress("Vias of others", post("Via: 1.1 nginx\r\n".repeat(20), "abc"), 200),
                ingress(
                        "hops of nonsense",
                        post("Sluice-Hops: 99999999999999999999\r\n", "abc"),
                        200,
                        400,
                        508),
                ingress("hops negative", post("Sluice-Hops: -5\r\n", "abc"), 200, 400));
    }

    private static ClientCase loop(String name, String bytes) {
        return ingress(name, bytes, 508)
                .and((answer, wire) -> assertThat(answer.problem()).isEqualTo("loop_detected"));
    }

    private static List<ClientCase> admins() {
        String node =
                "{\"pool\":\"evil\",\"url\":\"http://127.0.0.1:1\",\"rpm\":1,\"bpm\":1,\"max_in_flight\":1}";
        return List.of(
                monitor("node without a token", request("PUT /nodes/evil", "", node), 401, 403),
                monitor(
                        "node with a wrong token",
                        request("PUT /nodes/evil", bearer("wrong"), node),
                        401,
                        403),
                monitor(
                        "node of another site",
                        request("PUT /nodes/evil", bearer(AttackedSluice.ADMIN) + EVIL, node),
                        403),
                monitor(
                        "delete without a token",
                        request("DELETE /nodes/polite", "", ""),
                        401,
                        403),
                ingress("replay without a token", request("POST /replays", "", "{}"), 401, 403),
                monitor("node of no JSON", admin("evil", "{".repeat(10_000)), 400, 422),
                monitor("node of 10 MB", admin("evil", "x".repeat(10_000_000)), 400, 413, CLOSED));
    }

    private static List<ClientCase> nodeUrls(AttackedSluice sluice) {
        var urls =
                Stream.of(
                        "http://169.254.169.254/",
                        "http://2852039166/",
                        "http://0xA9FEA9FE/",
                        "http://0251.0376.0251.0376/",
                        "http://[::ffff:169.254.169.254]/",
                        "http://[fe80::1]/",
                        "http://[fd00:ec2::254]/",
                        "http://metadata.google.internal/",
                        "http://METADATA.google.internal./",
                        "http://0.0.0.0/",
                        "http://[::]/",
                        "http://user@169.254.169.254/",
                        "http://127.0.0.1:" + sluice.port(ClientCase.INGRESS) + "/",
                        "http://localhost:" + sluice.port("statistics") + "/",
                        "http://127.0.0.1:" + sluice.port("workers") + "/",
                        "http://[::1]:" + sluice.port("monitor") + "/",
                        "http://127.0.0.1:" + sluice.brokerPort() + "/");
        return urls.map(
                        url ->
                                monitor(
                                        "node at " + url.replaceFirst(":\\d+/", ":…/"),
                                        admin(
                                                "evil",
                                                "{\"pool\":\"evil\",\"url\":\"%s\",\"rpm\":1,\"bpm\":1,\"max_in_flight\":1}"
                                                        .formatted(url)),
                                        422))
                .toList();
    }

    private static ClientCase monitor(String name, String bytes, int... statuses) {
        return to("monitor", name, Script.of(bytes), statuses);
    }

    private static String admin(String node, String body) {
        return request("PUT /nodes/" + node, bearer(AttackedSluice.ADMIN), body);
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token + "\r\n";
    }
}

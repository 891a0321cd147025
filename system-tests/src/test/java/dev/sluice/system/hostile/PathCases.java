package dev.sluice.system.hostile;

import static dev.sluice.system.hostile.ClientCase.ingress;
import static dev.sluice.system.hostile.ClientCase.request;
import static dev.sluice.system.hostile.FramingCases.withHost;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

/** Paths and ids: what is sent to the queue is what the node gets, byte for byte. */
final class PathCases {

    private PathCases() {}

    static List<ClientCase> all() {
        var targets =
                Stream.of(
                        "//public/admin/delete",
                        "//public?x=1",
                        "///",
                        "/a//b",
                        "/%2F%2f",
                        "/a;b=1;c",
                        "/x?",
                        "/?",
                        "/x?a?b",
                        "/x?//y",
                        "/x?%0d%0aX:y",
                        "/http://evil.example/",
                        "//evil.example:80/x",
                        "/@evil.example");
        var kept =
                targets.flatMap(
                                target ->
                                        Stream.of(
                                                seen("/queue/hostile" + target, target),
                                                seen("/game" + target, "/inner" + target)))
                        .toList();
        return ClientCase.together(
                kept,
                List.of(
                        ingress("/queue/hostile/..", waited("/queue/hostile/../x"), 400),
                        ingress(
                                "/queue/hostile/%2e%2e",
                                waited("/queue/hostile/%2e%2e/x"), 200, 400),
                        ingress("/queue/hostile/%zz", waited("/queue/hostile/%zz"), 200, 400),
                        ingress("path with %00", waited("/queue/hostile/%00"), 200, 400),
                        ingress("path of raw UTF-8", waited("/queue/hostile/\u00c3\u00a4"), 400),
                        ingress("path with a backslash", waited("/queue/hostile/a\\b"), 200, 400),
                        ingress("path with a fragment", waited("/queue/hostile/a#b"), 200, 400),
                        ingress("dots to a service", waited("/up/../x"), 400),
                        ingress("id of nonsense", withHost("GET /requests/%00.n0.0.x"), 400, 404),
                        ingress(
                                "id of 10 KB",
                                withHost("GET /requests/" + "1".repeat(10_000)),
                                400,
                                404),
                        ingress(
                                "id of no partition",
                                withHost("GET /requests/polite.n9999.0.0k3j9x0q2m7vd"),
                                400,
                                404),
                        ingress(
                                "id of no offset",
                                withHost("GET /requests/polite.n0.99999999.0k3j9x0q2m7vd"),
                                404)));
    }

    private static ClientCase seen(String path, String target) {
        return ingress("path " + path, waited(path), 200)
                .and((answer, wire) -> assertThat(answer.field("X-Target")).contains(target));
    }

    private static String waited(String path) {
        return request("POST " + path, "Prefer: wait=20\r\n", "abc");
    }
}

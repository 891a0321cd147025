package dev.sluice.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chassis.http.HttpService;
import dev.sluice.chassis.metrics.Metrics;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.ingress.traffic.Traffic;
import dev.sluice.protocol.TrafficReport;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TrafficHandlerTest {

    private final HttpClient client = HttpClient.newHttpClient();
    private final Traffic traffic = new Traffic(OptionalLong::empty);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private HttpService server;

    @BeforeEach
    void start() throws Exception {
        server =
                HttpService.start(
                        new HttpService.Listen("127.0.0.1", 0, "LB_PORT"),
                        new Metrics("test"),
                        Map::of,
                        config -> {
                            config.routes.get("/api/hello", ctx -> ctx.result("hi"));
                            config.routes.get("/api/slow", this::slow);
                            config.routes.post("/api/queue", TrafficHandlerTest::queue);
                            config.routes.get("/elsewhere", ctx -> ctx.result("no traffic"));
                            // stands where the proxy does: its requests never come to the routes
                            config.jetty.modifyServer(s -> s.insertHandler(new Front()));
                            config.jetty.modifyServer(
                                    s ->
                                            s.insertHandler(
                                                    new TrafficHandler(traffic, NanoClock.SYSTEM)));
                        });
    }

    @AfterEach
    void stop() {
        server.close();
        client.close();
    }

    @Test
    void countsWhatTheRoutesAndWhatAHandlerBeforeThemAnswers() throws Exception {
        get("/api/hello");
        get("/api/nothing-there");
        get("/api/front");
        get("/elsewhere");

        await().untilAsserted(() -> assertThat(report().requests()).isEqualTo(3));
        assertThat(report().statuses())
                .containsEntry("2xx", 1L)
                .containsEntry("4xx", 1L)
                .containsEntry("5xx", 1L);
    }

    @Test
    void aRequestIsMeasuredFromItsArrivalUntilItsAnswerIsComplete() throws Exception {
        var answered = client.sendAsync(request("/api/slow"), BodyHandlers.ofString());
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
        // the headers and half of the body are out
        await().during(150, TimeUnit.MILLISECONDS).until(() -> report().requests() == 0);
        mayAnswer.countDown();

        assertThat(answered.get(10, TimeUnit.SECONDS).body()).isEqualTo("half and half");
        await().untilAsserted(() -> assertThat(report().requests()).isEqualTo(1));
        assertThat(report().meanResponseTimeMs()).isGreaterThan(150);
    }

    @Test
    void whatTheQueuePathTakesIsLeftToIt() throws Exception {
        var posted =
                HttpRequest.newBuilder(URI.create(server.url() + "/api/queue"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build();
        assertThat(client.send(posted, BodyHandlers.ofString()).statusCode()).isEqualTo(202);
        get("/api/hello");

        await().untilAsserted(() -> assertThat(report().statuses()).containsEntry("2xx", 1L));
        assertThat(report().requests()).isEqualTo(1);
    }

    private TrafficReport report() {
        return traffic.report(NanoClock.SYSTEM.nanoTime());
    }

    private void get(String path) throws IOException, InterruptedException {
        client.send(request(path), BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).build();
    }

    private void slow(Context ctx) throws Exception {
        ctx.res().getOutputStream().print("half ");
        ctx.res().flushBuffer();
        begun.countDown();
        assertThat(mayAnswer.await(10, TimeUnit.SECONDS)).isTrue();
        ctx.res().getOutputStream().print("and half");
    }

    private static void queue(Context ctx) {
        TrafficHandler.queued(ctx.req());
        ctx.status(202);
    }

    private static final class Front extends Handler.Wrapper {
        @Override
        public boolean handle(Request request, Response response, Callback callback)
                throws Exception {
            if (!"/api/front".equals(request.getHttpURI().getPath())) {
                return super.handle(request, response, callback);
            }
            response.setStatus(502);
            callback.succeeded();
            return true;
        }
    }
}

package dev.sluice.benchmarks.http;

import io.javalin.Javalin;

/** The least that a Javalin service can do with a request: read its body, and answer 202. */
public final class NoOpEndpoint {

    private static final byte[] ANSWER = new byte[0];

    private NoOpEndpoint() {}

    /** Listens on the port that is the only argument. */
    public static void main(String[] args) {
        Javalin.create(
                        config -> {
                            config.startup.showJavalinBanner = false;
                            config.concurrency.useVirtualThreads = true;
                            config.routes.post(
                                    "/",
                                    ctx -> {
                                        byte[] body = ctx.bodyAsBytes();
                                        ctx.status(body.length == 0 ? 400 : 202).result(ANSWER);
                                    });
                        })
                .start("127.0.0.1", Integer.parseInt(args[0]));
    }
}

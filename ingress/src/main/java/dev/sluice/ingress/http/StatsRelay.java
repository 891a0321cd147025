package dev.sluice.ingress.http;

import dev.sluice.chassis.http.JsonFetch;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The ingress' {@code GET /stats}: what a stats-aggregator answers, or else our own figures with
 * the reason.
 */
public final class StatsRelay {

    /** The aggregator takes up to 2 s for services that do not answer, and a little more. */
    private static final Duration LIMIT = Duration.ofMillis(2_500);

    // asked at the same time: one that stands still must not use up the time of the others
    private static final int ASKED_MAX = 3;

    private final JsonFetch fetch;
    private final Supplier<List<URI>> aggregators;

    /** Asks the first of these, in this order. */
    public StatsRelay(JsonFetch fetch, Supplier<List<URI>> aggregators) {
        this.fetch = fetch;
        this.aggregators = aggregators;
    }

    /** An aggregator's answer as it is, or these figures. */
    JsonNode stats(Supplier<ObjectNode> own) {
        List<URI> urls = aggregators.get().stream().limit(ASKED_MAX).toList();
        if (urls.isEmpty()) {
            return alone(own, "no stats-aggregator is announced");
        }
        List<Callable<JsonNode>> asked =
                urls.stream().<Callable<JsonNode>>map(url -> () -> ask(url)).toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAny(asked, LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            String why = e.getCause() == null ? e.toString() : e.getCause().getMessage();
            return alone(own, "no stats-aggregator answers: " + why);
        } catch (TimeoutException e) {
            return alone(own, "no stats-aggregator answers in time");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return alone(own, "this ingress is being stopped");
        }
    }

    private JsonNode ask(URI url) throws NoAnswer, InterruptedException {
        return switch (fetch.get(statsOf(url), LIMIT)) {
            case JsonFetch.Answer.Json(JsonNode body, long _) -> body;
            case JsonFetch.Answer.Failed(var reason, String detail, long _) ->
                    throw new NoAnswer(url + " " + reason.text() + ", " + detail);
        };
    }

    private static URI statsOf(URI base) {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text : text + "/") + "stats");
    }

    private static JsonNode alone(Supplier<ObjectNode> own, String why) {
        ObjectNode figures = own.get();
        figures.put("aggregated", false);
        figures.put("reason", why);
        return figures;
    }

    /** For {@code invokeAny}, which goes on to the next for an exception. */
    private static final class NoAnswer extends Exception {
        NoAnswer(String why) {
            super(why);
        }
    }
}

package dev.sluice.stats.services;

import dev.sluice.chassis.http.JsonFetch;
import dev.sluice.chassis.http.JsonFetch.Answer;
import dev.sluice.chassis.time.NanoClock;
import dev.sluice.protocol.ServiceInfo;
import dev.sluice.stats.services.ServiceReport.State;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Asks all services at the same time, each for two seconds at most. */
public final class Asking {

    /** In all, from the look-up of its name to the last byte. */
    public static final Duration EACH = Duration.ofSeconds(2);

    private final JsonFetch fetch;
    private final Supplier<? extends Collection<ServiceInfo>> announced;
    private final Map<String, Optional<URI>> configured;
    private final NanoClock nanos;
    private final InstantSource wall;
    private final Duration each;

    /**
     * Asks these.
     *
     * @param configured by the name of the setting, in the order of the answer
     */
    public Asking(
            JsonFetch fetch,
            Supplier<? extends Collection<ServiceInfo>> announced,
            Map<String, Optional<URI>> configured,
            NanoClock nanos,
            InstantSource wall) {
        this(fetch, announced, configured, nanos, wall, EACH);
    }

    /**
     * As above, with another limit.
     *
     * @param each the time for one service
     */
    Asking(
            JsonFetch fetch,
            Supplier<? extends Collection<ServiceInfo>> announced,
            Map<String, Optional<URI>> configured,
            NanoClock nanos,
            InstantSource wall,
            Duration each) {
        this.fetch = fetch;
        this.announced = announced;
        this.configured = configured;
        this.nanos = nanos;
        this.wall = wall;
        this.each = each;
    }

    /** One round; it ends when all have answered or are given up. */
    Round round() throws InterruptedException {
        long begun = nanos.nanoTime();
        var asked = new ArrayList<Callable<ServiceReport>>();
        for (Target target : Target.of(announced.get(), configured, wall.instant())) {
            asked.add(() -> report(target));
        }
        var reports = new ArrayList<ServiceReport>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var report : threads.invokeAll(asked)) {
                reports.add(report.get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking the services", e.getCause());
        }
        long now = nanos.nanoTime();
        return Round.of(now, TimeUnit.NANOSECONDS.toMillis(now - begun), List.copyOf(reports));
    }

    private ServiceReport report(Target target) throws InterruptedException {
        return switch (target) {
            case Target.Ask ask -> ask(ask);
            case Target.Down(ServiceInfo last) ->
                    without(
                            last.id(),
                            Optional.of(last),
                            State.DOWN,
                            "silent",
                            "it has not announced itself for a while");
            case Target.NotConfigured(String name) ->
                    new ServiceReport(
                            name,
                            Optional.empty(),
                            Optional.empty(),
                            State.NOT_CONFIGURED,
                            Optional.empty(),
                            Optional.empty(),
                            0,
                            Optional.empty());
            case Target.TooMany(String name) ->
                    without(
                            name,
                            Optional.empty(),
                            State.FAILED,
                            "too_many",
                            "not asked: " + Target.ASKED_MAX + " others are");
        };
    }

    private ServiceReport ask(Target.Ask ask) throws InterruptedException {
        return switch (fetch.get(ask.url(), each)) {
            case Answer.Json(var body, long tookMs) ->
                    new ServiceReport(
                            ask.name(),
                            ask.announced(),
                            Optional.of(ask.url()),
                            State.UP,
                            Optional.empty(),
                            Optional.empty(),
                            tookMs,
                            Optional.of(body));
            case Answer.Failed(var reason, String detail, long tookMs) ->
                    new ServiceReport(
                            ask.name(),
                            ask.announced(),
                            Optional.of(ask.url()),
                            State.FAILED,
                            Optional.of(reason.text()),
                            Optional.of(detail),
                            tookMs,
                            Optional.empty());
        };
    }

    private static ServiceReport without(
            String name,
            Optional<ServiceInfo> announced,
            State state,
            String reason,
            String detail) {
        return new ServiceReport(
                name,
                announced,
                Optional.empty(),
                state,
                Optional.of(reason),
                Optional.of(detail),
                0,
                Optional.empty());
    }
}

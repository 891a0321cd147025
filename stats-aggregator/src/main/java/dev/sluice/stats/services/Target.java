package dev.sluice.stats.services;

import dev.sluice.protocol.ServiceInfo;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A service that is to be in the answer. */
sealed interface Target {

    /** Its id, or the setting that names it. */
    String name();

    /** One that is asked for its figures. */
    record Ask(String name, Optional<ServiceInfo> announced, URI url) implements Target {}

    /** One that has not announced itself for a while. */
    record Down(ServiceInfo last) implements Target {
        @Override
        public String name() {
            return last.id();
        }
    }

    /** One that a setting may name, and does not. */
    record NotConfigured(String name) implements Target {}

    /** One above the bound. */
    record TooMany(String name) implements Target {}

    /** Asked in one round: each is a connection, and up to a megabyte. */
    int ASKED_MAX = 100;

    /**
     * All there are at a moment.
     *
     * @param configured by the name of their setting
     */
    static List<Target> of(
            Collection<ServiceInfo> announced, Map<String, Optional<URI>> configured, Instant now) {
        var targets = new ArrayList<Target>();
        configured.forEach(
                (name, url) ->
                        targets.add(
                                url.<Target>map(
                                                base ->
                                                        new Ask(
                                                                name,
                                                                Optional.empty(),
                                                                under(base)))
                                        .orElseGet(() -> new NotConfigured(name))));
        for (ServiceInfo info : announced) {
            switch (info.stateAt(now)) {
                case UP ->
                        targets.add(
                                targets.size() < ASKED_MAX
                                        ? new Ask(info.id(), Optional.of(info), figuresOf(info))
                                        : new TooMany(info.id()));
                case DOWN -> targets.add(new Down(info));
                case FORGOTTEN -> {
                    // it has been reported long enough
                }
            }
        }
        return targets;
    }

    /** Where a service of ours gives its own figures; never what asks others in turn. */
    private static URI figuresOf(ServiceInfo info) {
        String path =
                switch (info.kind()) {
                    case INGRESS -> "/lb-stats";
                    case STATS_AGGREGATOR -> "/stats/self";
                    case NODE_WORKER, MONITOR -> "/stats";
                };
        return info.url().resolve(path);
    }

    /** {@code /stats} below a base URL, which may have a path. */
    private static URI under(URI base) {
        String text = base.toString();
        return URI.create((text.endsWith("/") ? text : text + "/") + "stats");
    }
}

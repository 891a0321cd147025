package dev.sluice.ingress;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.ingress.route.Route;
import dev.sluice.ingress.route.RouteTable;
import dev.sluice.ingress.route.Target;
import dev.sluice.protocol.PoolName;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the routes: {@code lb.routes.<name>.…}, and the three that are there of themselves unless
 * one of those takes their prefix.
 */
final class RouteSettings {

    private static final String SECTION = "lb.routes.";
    private static final List<String> FIELDS =
            List.of(
                    "prefix",
                    "url",
                    "pool",
                    "path",
                    "wait-seconds",
                    "forward-authorization",
                    "host");
    private static final String NAME = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final Set<String> HOSTS = Set.of("client", "upstream");

    private final Settings settings;
    private final int maxWaitSeconds;
    private final boolean clientHost;
    private final List<Route> routes = new ArrayList<>();

    private RouteSettings(Settings settings, int maxWaitSeconds) {
        this.settings = settings;
        this.maxWaitSeconds = maxWaitSeconds;
        this.clientHost =
                settings.value("lb.proxy-host", "client", RouteSettings::host).equals("client");
    }

    /** The routes; mistakes are noted in {@code settings}. */
    static RouteTable read(Settings settings, int maxWaitSeconds) {
        var reader = new RouteSettings(settings, maxWaitSeconds);
        reader.fields().forEach(reader::route);
        reader.byDefault("api", "/api", "api.gateway-url", "API_GATEWAY_URL", Optional.empty());
        reader.byDefault("blog", "/blog", "blog.service-url", "BLOG_SERVICE_URL", Optional.empty());
        reader.byDefault(
                "dashboard",
                "/",
                "dashboard.ui-url",
                "DASHBOARD_UI_URL",
                Optional.of(URI.create("http://127.0.0.1:7200")));
        return new RouteTable(reader.routes);
    }

    /** The fields of each route, by its name. */
    private Map<String, Map<String, String>> fields() {
        var byName = new TreeMap<String, Map<String, String>>();
        settings.section(SECTION)
                .forEach(
                        (key, value) -> {
                            // a variable cannot say where a dot was and where a hyphen
                            String flat = key.replace('.', '-').replace('_', '-');
                            Optional<String> field =
                                    FIELDS.stream().filter(f -> flat.endsWith("-" + f)).findFirst();
                            String name =
                                    field.map(
                                                    f ->
                                                            flat.substring(
                                                                    0,
                                                                    flat.length() - f.length() - 1))
                                            .orElse("");
                            if (!name.matches(NAME)) {
                                problem(
                                        key,
                                        "must be <name>.<field>, the name of a-z, 0-9 and '-', the"
                                                + " field one of "
                                                + String.join(", ", FIELDS));
                                return;
                            }
                            byName.computeIfAbsent(name, n -> new HashMap<>())
                                    .put(field.orElseThrow(), value);
                            boolean mayHoldSecret = field.orElseThrow().equals("url");
                            settings.show(SECTION + key, mayHoldSecret ? shown(value) : value);
                        });
        return byName;
    }

    private void route(String name, Map<String, String> fields) {
        Optional<String> prefix = prefix(name, fields.get("prefix"));
        Optional<String> path = Optional.ofNullable(fields.get("path"));
        if (path.isPresent() && !Route.isPath(path.get())) {
            problem(name + ".path", "must be a path such as / or /v1, not '" + path.get() + "'");
            path = Optional.empty();
        }
        Optional<Target> target = target(name, fields);
        if (prefix.isPresent() && target.isPresent()) {
            routes.add(new Route(name, prefix.get(), path, target.get()));
        }
    }

    private Optional<String> prefix(String name, @Nullable String text) {
        String key = name + ".prefix";
        if (text == null) {
            problem(key, "is missing: the paths that the route serves, such as /chat");
            return Optional.empty();
        }
        if (!Route.isPath(text)) {
            problem(
                    key,
                    "must be a path such as /chat, of whole segments and without"
                            + " percent-encoding, not '"
                            + text
                            + "'");
            return Optional.empty();
        }
        Optional<String> own = RouteTable.ownCallAt(text);
        if (own.isPresent()) {
            problem(key, "must not be '" + text + "': " + own.get() + " is the ingress's own");
            return Optional.empty();
        }
        String plain = new Route(name, text, Optional.empty(), new Target.Unset("")).prefix();
        for (Route route : routes) {
            if (route.prefix().equals(plain)) {
                problem(key, "'" + text + "' is the prefix of the route '" + route.name() + "'");
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    private Optional<Target> target(String name, Map<String, String> fields) {
        String url = fields.get("url");
        String pool = fields.get("pool");
        if ((url == null) == (pool == null)) {
            problem(name, "must have a url (of a service) or a pool (of a queue), one of them");
            return Optional.empty();
        }
        boolean forward =
                value(name, fields, "forward-authorization", url != null, RouteSettings::flag);
        if (pool != null) {
            return queue(name, fields, pool, forward);
        }
        if (fields.containsKey("wait-seconds")) {
            problem(name + ".wait-seconds", "is for routes with a pool");
        }
        boolean host =
                value(name, fields, "host", clientHost ? "client" : "upstream", RouteSettings::host)
                        .equals("client");
        Optional<URI> good = url(String.valueOf(url));
        if (good.isEmpty()) {
            problem(name + ".url", "must be a URL such as http://host:port");
        }
        return good.filter(u -> noProblem(SECTION + name + ".url", u))
                .map(u -> new Target.Proxy(u, forward, host));
    }

    private Optional<Target> queue(
            String name, Map<String, String> fields, String poolName, boolean forward) {
        int wait = value(name, fields, "wait-seconds", 0, this::seconds);
        if (fields.containsKey("host")) {
            problem(name + ".host", "is for routes with a url");
        }
        Optional<PoolName> pool = PoolName.parse(poolName);
        if (pool.isEmpty()) {
            problem(name + ".pool", "must be the name of a pool, not '" + poolName + "'");
        }
        return pool.map(good -> new Target.Queue(good, wait, forward));
    }

    /** One of the three that PRODUCT names, unless a route has its prefix. */
    private void byDefault(
            String name, String prefix, String key, String variable, Optional<URI> byDefault) {
        Optional<URI> url =
                settings.url(key).or(() -> byDefault).filter(good -> noProblem(key, good));
        if (routes.stream().anyMatch(route -> route.prefix().equals(prefix))) {
            return;
        }
        Target target =
                url.<Target>map(good -> new Target.Proxy(good, true, clientHost))
                        .orElseGet(() -> new Target.Unset(variable));
        routes.add(new Route(name, prefix, Optional.empty(), target));
    }

    private boolean noProblem(String key, URI url) {
        Optional<String> problem = Target.Proxy.problemOf(url);
        problem.ifPresent(what -> settings.problem(key, what));
        return problem.isEmpty();
    }

    private <T> T value(
            String name,
            Map<String, String> fields,
            String field,
            T byDefault,
            Function<String, T> parse) {
        String text = fields.get(field);
        if (text == null) {
            return byDefault;
        }
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            problem(name + "." + field, e.getMessage() + ", not '" + text + "'");
            return byDefault;
        }
    }

    private int seconds(String text) {
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > maxWaitSeconds) {
            throw new IllegalArgumentException(
                    "must be from 0 to %d seconds (lb.max-wait-seconds)".formatted(maxWaitSeconds));
        }
        return Integer.parseInt(text);
    }

    private static boolean flag(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("must be true or false");
        };
    }

    private static String host(String text) {
        if (!HOSTS.contains(text)) {
            throw new IllegalArgumentException("must be client or upstream");
        }
        return text;
    }

    private static Optional<URI> url(String text) {
        try {
            URI url = URI.create(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return http && url.getHost() != null ? Optional.of(url) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String shown(String url) {
        return url.replaceFirst("//[^/@]*@", "//***@");
    }

    private void problem(String key, String what) {
        settings.problem(SECTION + key, what);
    }
}

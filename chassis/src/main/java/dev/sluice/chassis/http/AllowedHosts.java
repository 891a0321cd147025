package dev.sluice.chassis.http;

import dev.sluice.chassis.settings.Settings;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The rule by which names a service may be asked: a page of the web that has its own name point
 * here (DNS rebinding) is told nothing.
 *
 * <p>Rebinding needs a name that the attacker's name server answers for. Allowed are therefore all
 * addresses, the names that no public name server has (one label, {@code localhost}, {@code .svc},
 * {@code .internal}), and the names that the settings say.
 */
public final class AllowedHosts {

    private static final String ALL = "*";
    private static final String BELOW = "*.";
    private static final Pattern NAME =
            Pattern.compile("(?!-)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    // not .local: whoever is on the same network answers for that (RFC 6762)
    private static final List<String> PRIVATE = List.of(".localhost", ".svc", ".internal");

    private final String setting;
    private final Set<String> listed = new TreeSet<>();

    /**
     * The names that are always allowed, and these.
     *
     * @param setting for messages
     * @param listed names, {@code *.name} for all below one, or {@code *}
     */
    public AllowedHosts(String setting, List<String> listed) {
        this.setting = setting;
        listed.forEach(name -> this.listed.add(plain(name)));
    }

    /** Reads {@code <section>.hosts}, and the host of {@code <section>.advertised-url}. */
    public static AllowedHosts read(Settings settings, String section) {
        String key = section + ".hosts";
        List<String> listed = settings.value(key, List.of(), AllowedHosts::parse);
        var hosts = new AllowedHosts(key, listed);
        AdvertisedUrl.read(settings, section).flatMap(AllowedHosts::host).ifPresent(hosts::add);
        return hosts;
    }

    private static List<String> parse(String text) {
        List<String> names =
                Arrays.stream(text.split(",", -1))
                        .map(AllowedHosts::plain)
                        .filter(name -> !name.isEmpty())
                        .toList();
        for (String name : names) {
            String bare = name.startsWith(BELOW) ? name.substring(BELOW.length()) : name;
            if (!name.equals(ALL) && !NAME.matcher(bare).matches()) {
                throw new IllegalArgumentException(
                        "must be host names with commas between, without ports:"
                                + " sluice.example, *.sluice.example, or * for all");
            }
        }
        return names;
    }

    private static Optional<String> host(String url) {
        try {
            return Optional.ofNullable(URI.create(url).getHost());
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // refused where it is read
        }
    }

    private void add(String host) {
        listed.add(plain(host));
    }

    /** The same and the host that the service listens on. */
    AllowedHosts and(String listenHost) {
        var more = new AllowedHosts(setting, List.copyOf(listed));
        more.add(listenHost);
        return more;
    }

    /**
     * Whether a request for this host is served.
     *
     * @param host without a port
     */
    public boolean allows(String host) {
        String name = plain(host);
        if (isAddress(name) || listed.contains(ALL) || listed.contains(name)) {
            return true;
        }
        if (!NAME.matcher(name).matches()) {
            return false;
        }
        return name.indexOf('.') < 0
                || PRIVATE.stream().anyMatch(name::endsWith)
                || listed.stream()
                        .anyMatch(l -> l.startsWith(BELOW) && name.endsWith(l.substring(1)));
    }

    /** An IPv4 address, or an IPv6 one, which alone may have colons. */
    private static boolean isAddress(String name) {
        return ADDRESS.matcher(name).matches() || name.indexOf(':') >= 0;
    }

    /** In lower case, without the dot of the root at its end. */
    private static String plain(String name) {
        String lower = name.strip().toLowerCase(Locale.ROOT);
        return lower.length() > 1 && lower.endsWith(".")
                ? lower.substring(0, lower.length() - 1)
                : lower;
    }

    /** What a client is told. */
    Problem problem(String host) {
        return new Problem(
                421,
                "unknown_host",
                "Unknown host",
                "This service does not go by the name '%s'. If it shall, list the name in %s (%s)."
                        .formatted(
                                printable(host),
                                setting,
                                setting.replace('.', '_').toUpperCase(Locale.ROOT)));
    }

    private static String printable(String text) {
        String clean = text.replaceAll("[^\\x21-\\x7e]", "?");
        return clean.length() <= 100 ? clean : clean.substring(0, 100) + "…";
    }
}

package dev.sluice.chassis.http;

import dev.sluice.chassis.lifecycle.StartException;
import dev.sluice.chassis.settings.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where the other services reach this one: a setting, or else where it listens. */
public final class AdvertisedUrl {

    private static final Pattern URL = Pattern.compile("https?://[^/?#\\s]+");

    private AdvertisedUrl() {}

    /** Reads {@code <section>.advertised-url}; a mistake is noted in {@code settings}. */
    public static Optional<String> read(Settings settings, String section) {
        String key = section + ".advertised-url";
        String url = settings.text(key, "");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (!URL.matcher(url).matches() || !hasHost(url)) {
            settings.problem(key, "is not a URL such as http://host-1.example:7300: " + url);
        }
        return Optional.of(url);
    }

    /** As those see it who read what a service announces. */
    private static boolean hasHost(String url) {
        try {
            return URI.create(url).getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * The setting if there is one; else the host and port of the server, with the machine's own
     * address in place of "all addresses".
     */
    public static String of(Optional<String> setting, String section, HttpService http)
            throws StartException {
        if (setting.isPresent()) {
            return setting.get();
        }
        try {
            String host =
                    http.listensEverywhere()
                            ? InetAddress.getLocalHost().getHostAddress()
                            : http.host();
            return "http://" + host + ":" + http.port();
        } catch (UnknownHostException e) {
            throw new StartException(
                    "this machine does not know its own address: set "
                            + section
                            + ".advertised-url",
                    e);
        }
    }

    /** The same as a URI. */
    public static URI uri(Optional<String> setting, String section, HttpService http)
            throws StartException {
        String url = of(setting, section, http);
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new StartException("not a URL: " + section + ".advertised-url, " + url, e);
        }
    }
}

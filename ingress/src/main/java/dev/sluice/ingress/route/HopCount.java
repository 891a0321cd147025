package dev.sluice.ingress.route;

import dev.sluice.protocol.Hops;
import java.util.List;
import java.util.Locale;

/**
 * How often a request has passed through a Sluice: by the queue, which workers count in {@code
 * Sluice-Hops}, and by the proxy, which stands in {@code Via}.
 *
 * <p>The queue does not use {@code Via}: some servers switch compression off for requests that have
 * it.
 */
public final class HopCount {

    /** What stands for us in {@code Via}. */
    public static final String PSEUDONYM = "sluice";

    private HopCount() {}

    /**
     * The count.
     *
     * @param hops the values of {@code Sluice-Hops}
     * @param via the elements of {@code Via}, such as {@code 1.1 sluice}
     */
    public static int of(List<String> hops, List<String> via) {
        int queued =
                hops.stream()
                        .map(String::strip)
                        .mapToInt(h -> Hops.parse(h).orElse(0))
                        .max()
                        .orElse(0);
        return queued + (int) via.stream().filter(HopCount::isOurs).count();
    }

    private static boolean isOurs(String element) {
        String[] words = element.strip().split("[ \t]+", 3);
        return words.length >= 2 && words[1].toLowerCase(Locale.ROOT).equals(PSEUDONYM);
    }
}

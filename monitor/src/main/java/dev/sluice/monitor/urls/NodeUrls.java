package dev.sluice.monitor.urls;

import dev.sluice.chassis.time.NanoClock;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Says whether a node may be at a URL, with what its name leads to at the moment. */
public final class NodeUrls {

    // a name server that is slower is away, and nobody knows where the node would be asked
    private static final Duration LOOK_UP = Duration.ofSeconds(2);

    private final AllowedUrls allowed;
    private final Supplier<List<Listener>> own;
    private final LookUps lookUps;
    private final Predicate<InetAddress> here;

    /**
     * The rule of a monitor.
     *
     * @param own what is known of our own services at the moment
     */
    public NodeUrls(AllowedUrls allowed, Supplier<List<Listener>> own, NanoClock nanos) {
        this(
                allowed,
                own,
                new LookUps(InetAddress::getAllByName, LOOK_UP, nanos),
                NodeUrls::isHere);
    }

    NodeUrls(
            AllowedUrls allowed,
            Supplier<List<Listener>> own,
            LookUps lookUps,
            Predicate<InetAddress> here) {
        this.allowed = allowed;
        this.own = own;
        this.lookUps = lookUps;
        this.here = here;
    }

    /**
     * Why a node may not be there; waits up to two seconds for the look-up of a name. One that is
     * not looked up by then is refused: it may lead anywhere.
     */
    public Optional<String> refusal(URI url) throws InterruptedException {
        if (allowed.allows(url)) {
            return Optional.empty();
        }
        if (!UrlRule.literals(url).isEmpty()) {
            return judged(url, List.of());
        }
        return switch (lookUps.of(Host.written(url))) {
            case LookUps.Answer.Known(var addresses) -> judged(url, addresses);
            case LookUps.Answer.Late() ->
                    UrlRule.said(
                            url,
                            "may lead anywhere: its name was not looked up within %d s"
                                    .formatted(lookUps.within().toSeconds()));
        };
    }

    /** The same without a look-up: of a name only that is known which it says itself. */
    public Optional<String> refusalAtSight(URI url) {
        return allowed.allows(url) ? Optional.empty() : judged(url, List.of());
    }

    /** The system is asked for its addresses only where a port of ours is meant. */
    private Optional<String> judged(URI url, List<InetAddress> lookedUp) {
        Collection<InetAddress> all = UrlRule.addresses(Host.written(url), lookedUp);
        List<Listener> atThisPort =
                own.get().stream().filter(one -> one.port() == Host.port(url)).toList();
        List<InetAddress> allHere =
                atThisPort.isEmpty() ? List.of() : all.stream().filter(here).toList();
        var ours = new ArrayList<UrlRule.Own>();
        for (Listener one : atThisPort) {
            boolean isHere =
                    !allHere.isEmpty() && Host.literals(one.host()).stream().anyMatch(here);
            ours.add(new UrlRule.Own(one.what(), one.host(), one.port(), isHere));
        }
        return UrlRule.refusal(url, all, allHere, ours);
    }

    private static boolean isHere(InetAddress address) {
        try {
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }
}

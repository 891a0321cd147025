package dev.sluice.monitor.urls;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says whether a node may be at a URL, with what its name leads to at the moment. */
public final class NodeUrls {

    private static final Logger log = LoggerFactory.getLogger(NodeUrls.class);
    // a name server that is slower is away; the check of the node says so then
    private static final Duration LOOK_UP = Duration.ofSeconds(2);

    private final AllowedUrls allowed;
    private final Supplier<List<Listener>> own;

    /**
     * The rule of a monitor.
     *
     * @param own what is known of our own services at the moment
     */
    public NodeUrls(AllowedUrls allowed, Supplier<List<Listener>> own) {
        this.allowed = allowed;
        this.own = own;
    }

    /** Why a node may not be there; waits up to two seconds for the look-up of a name. */
    public Optional<String> refusal(URI url) throws InterruptedException {
        if (allowed.allows(url)) {
            return Optional.empty();
        }
        List<InetAddress> lookedUp =
                UrlRule.literals(url).isEmpty() ? lookUp(Host.written(url)) : List.of();
        return judged(url, lookedUp);
    }

    /** The same without a look-up: of a name only that is known which it says itself. */
    public Optional<String> refusalAtSight(URI url) {
        return allowed.allows(url) ? Optional.empty() : judged(url, List.of());
    }

    private Optional<String> judged(URI url, List<InetAddress> lookedUp) {
        Collection<InetAddress> all = UrlRule.addresses(Host.written(url), lookedUp);
        List<InetAddress> here = all.stream().filter(NodeUrls::isHere).toList();
        var ours = new ArrayList<UrlRule.Own>();
        for (Listener listener : own.get()) {
            ours.add(
                    new UrlRule.Own(
                            listener.what(),
                            listener.host(),
                            listener.port(),
                            Host.literals(listener.host()).stream().anyMatch(NodeUrls::isHere)));
        }
        return UrlRule.refusal(url, all, here, ours);
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

    /** Empty where nobody knows the name, or nobody says so in time. */
    private static List<InetAddress> lookUp(String host) throws InterruptedException {
        var found = new CompletableFuture<List<InetAddress>>();
        Thread.ofVirtual()
                .name("look-up-" + host)
                .start(
                        () -> {
                            try {
                                found.complete(List.of(InetAddress.getAllByName(host)));
                            } catch (UnknownHostException e) {
                                found.complete(List.of());
                            }
                        });
        try {
            return found.get(LOOK_UP.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.debug("{} was not looked up within {}", host, LOOK_UP);
            return List.of();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}

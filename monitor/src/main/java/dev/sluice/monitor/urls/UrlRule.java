package dev.sluice.monitor.urls;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rule which URLs a node may not have.
 *
 * <p>Requests go to a node from within the network, and its answers to whoever asks: a node at the
 * metadata service of a cloud would hand out the machine's credentials, and one at a port of ours
 * would let clients in where only we come, or send requests round in circles. Loopback and private
 * addresses are where nodes are.
 */
final class UrlRule {

    private static final Set<String> METADATA_NAMES =
            Set.of(
                    "metadata",
                    "metadata.google.internal",
                    "metadata.goog",
                    "metadata.azure.internal",
                    "instance-data",
                    "instance-data.ec2.internal",
                    "metadata.tencentyun.com");

    // those that are not link-local
    private static final Map<InetAddress, String> METADATA =
            Map.of(
                    InetAddress.ofLiteral("100.100.100.200"), "Alibaba Cloud's",
                    InetAddress.ofLiteral("192.0.0.192"), "Oracle Cloud's",
                    InetAddress.ofLiteral("168.63.129.16"), "Azure's",
                    InetAddress.ofLiteral("fd20:ce::254"), "Google Cloud's");

    // fd00:ec2::/32: AWS's of machines is at ::254, of pods at ::23, of time at ::123
    private static final byte[] AWS = {(byte) 0xfd, 0, 0x0e, (byte) 0xc2};

    private UrlRule() {}

    /**
     * Something of ours that listens.
     *
     * @param what it is, for people
     * @param host as it was announced
     * @param here whether that is an address of this machine
     */
    record Own(String what, String host, int port, boolean here) {}

    /**
     * Why a node may not be there; empty if it may.
     *
     * @param lookedUp what the name leads to, as far as that is known
     * @param here those of the node's addresses that are of this machine
     */
    static Optional<String> refusal(
            URI url,
            Collection<InetAddress> lookedUp,
            Collection<InetAddress> here,
            Collection<Own> own) {
        String host = Host.written(url);
        if (METADATA_NAMES.contains(host)) {
            return said(url, "is the metadata service of a cloud");
        }
        for (InetAddress address : addresses(host, lookedUp)) {
            Optional<String> why = refusal(address);
            if (why.isPresent()) {
                String leads =
                        "leads to %s, which is %s".formatted(address.getHostAddress(), why.get());
                return said(url, leads);
            }
        }
        boolean isHere = !here.isEmpty();
        for (Own one : own) {
            boolean same = one.host.equals(host) || (one.here && isHere);
            if (one.port == Host.port(url) && same) {
                return said(url, "is Sluice's own %s at port %d".formatted(one.what, one.port));
            }
        }
        return Optional.empty();
    }

    /** What a host is by itself or by its look-up, and what is wrapped in that. */
    static Set<InetAddress> addresses(String host, Collection<InetAddress> lookedUp) {
        var all = new ArrayList<>(Host.literals(host));
        all.addAll(lookedUp);
        var inside = new HashSet<>(all);
        all.forEach(address -> Host.inside(address).ifPresent(inside::add));
        return inside;
    }

    private static Optional<String> refusal(InetAddress address) {
        if (METADATA.containsKey(address)) {
            return Optional.of(METADATA.get(address) + " metadata service");
        }
        if (address instanceof Inet6Address
                && Arrays.equals(address.getAddress(), 0, 4, AWS, 0, 4)) {
            return Optional.of("AWS's, for its metadata services");
        }
        boolean zero = address instanceof Inet4Address && address.getAddress()[0] == 0;
        if (address.isAnyLocalAddress() || zero) {
            return Optional.of("no address of a machine");
        }
        if (address.isLinkLocalAddress()) {
            return Optional.of("link-local: clouds have their metadata services there");
        }
        return address.isMulticastAddress() ? Optional.of("multicast") : Optional.empty();
    }

    static Optional<String> said(URI url, String why) {
        return Optional.of(
                "url '%s' %s; if that is meant, name '%s' in monitor.allow-urls"
                        .formatted(url, why, Host.written(url)));
    }

    /** The names under which one finds this machine. */
    static List<InetAddress> literals(URI url) {
        return Host.literals(Host.written(url));
    }
}

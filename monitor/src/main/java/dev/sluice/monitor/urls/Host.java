package dev.sluice.monitor.urls;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The host of a URL, however it is spelled. */
final class Host {

    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Host() {}

    /** In lower case and without the dot that a full name may end with. */
    static String written(URI url) {
        String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
        while (host.endsWith(".")) {
            host = host.substring(0, host.length() - 1);
        }
        return host;
    }

    static int port(URI url) {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return "https".equalsIgnoreCase(url.getScheme()) ? HTTPS : HTTP;
    }

    /**
     * The addresses that a host is without being looked up: numbers in any notation, and the names
     * of this machine. More than one where a notation can be read in two ways (is 010 eight or
     * ten?).
     */
    static List<InetAddress> literals(String written) {
        String host = written;
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        int zone = host.indexOf('%');
        if (zone >= 0) {
            host = host.substring(0, zone);
        }
        var found = new ArrayList<InetAddress>();
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            found.add(LOOPBACK);
        }
        try {
            found.add(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            // no such notation, or one of those below
        }
        try {
            found.add(Inet4Address.ofPosixLiteral(host));
        } catch (IllegalArgumentException e) {
            // a name
        }
        return found;
    }

    /** The address of IPv4 that one of IPv6 leads to: mapped, compatible, NAT64 or 6to4. */
    static Optional<InetAddress> inside(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return Optional.empty();
        }
        byte[] bytes = address.getAddress();
        if (bytes[0] == 0x20 && bytes[1] == 0x02) {
            return Optional.of(of(Arrays.copyOfRange(bytes, 2, 6)));
        }
        boolean nat64 =
                bytes[0] == 0
                        && bytes[1] == 0x64
                        && bytes[2] == (byte) 0xff
                        && bytes[3] == (byte) 0x9b;
        int from = nat64 ? 4 : 0;
        for (int i = from; i < 10; i++) {
            if (bytes[i] != 0) {
                return Optional.empty();
            }
        }
        boolean mapped = bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
        boolean zero = bytes[10] == 0 && bytes[11] == 0;
        if ((!mapped && !zero) || (isSmall(bytes) && !nat64)) {
            return Optional.empty(); // '::' and '::1' are addresses of their own
        }
        return Optional.of(of(Arrays.copyOfRange(bytes, 12, 16)));
    }

    private static boolean isSmall(byte[] bytes) {
        return bytes[10] == 0 && bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0;
    }

    private static InetAddress of(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}

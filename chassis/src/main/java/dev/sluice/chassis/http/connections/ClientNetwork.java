package dev.sluice.chassis.http.connections;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * Whom an address stands for: an IPv4 address, or the /64 of an IPv6 address, of which one machine
 * has as many addresses as it likes (RFC 6177).
 *
 * @param high the first 64 bits; of an IPv4 address all 32
 */
public record ClientNetwork(boolean v6, long high) {

    /** Of clients whose address is not known. */
    public static final ClientNetwork UNKNOWN = new ClientNetwork(false, 0);

    /** The network of an address; an IPv4 address inside an IPv6 one is that IPv4 address. */
    public static ClientNetwork of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return address instanceof Inet4Address
                ? new ClientNetwork(false, Integer.toUnsignedLong(bytes.getInt()))
                : new ClientNetwork(true, bytes.getLong());
    }

    /** {@code 203.0.113.7} or {@code 2001:db8:1:2::/64}. */
    String text() {
        if (v6) {
            return high == 0
                    ? "::/64"
                    : "%x:%x:%x:%x::/64"
                            .formatted(
                                    high >>> 48,
                                    high >>> 32 & 0xffff,
                                    high >>> 16 & 0xffff,
                                    high & 0xffff);
        }
        return "%d.%d.%d.%d"
                .formatted(high >>> 24, high >>> 16 & 0xff, high >>> 8 & 0xff, high & 0xff);
    }
}

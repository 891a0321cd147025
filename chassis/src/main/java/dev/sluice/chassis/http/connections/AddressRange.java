package dev.sluice.chassis.http.connections;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/** A range of IP addresses as {@code 10.0.0.0/8}, or a single one. */
public record AddressRange(InetAddress first, int bits) {

    /**
     * Reads ranges with commas between them.
     *
     * @throws IllegalArgumentException with what they must be
     */
    public static List<AddressRange> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .map(AddressRange::parse)
                .toList();
    }

    static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress first = InetAddress.ofLiteral(address); // never a look-up
            int all = first.getAddress().length * 8;
            int bits = slash < 0 ? all : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= all) {
                return new AddressRange(first, bits);
            }
        } catch (IllegalArgumentException e) { // of the address, or of the number
            throw notRanges(e);
        }
        throw notRanges(null);
    }

    private static IllegalArgumentException notRanges(
            @org.jspecify.annotations.Nullable Throwable cause) {
        return new IllegalArgumentException(
                "must be IP addresses or ranges such as 10.0.0.0/8, with commas", cause);
    }

    boolean contains(InetAddress address) {
        byte[] mine = first.getAddress();
        byte[] other = address.getAddress();
        if (mine.length != other.length) {
            return false;
        }
        int whole = bits / 8;
        if (!Arrays.equals(mine, 0, whole, other, 0, whole)) {
            return false;
        }
        int rest = bits % 8;
        int mask = 0xff << (8 - rest);
        return rest == 0 || (mine[whole] & mask) == (other[whole] & mask);
    }
}

package dev.sluice.replay;

import dev.sluice.protocol.RequestId;
import java.util.Locale;
import java.util.Optional;

/**
 * A share of the requests, the same ones each time: a hash of the id decides.
 *
 * @param share above 0, at most 1
 */
public record Sample(double share) {

    /** What may be typed, for help and error messages. */
    public static final String RULE = "a share such as 10% or 0.1, above 0 and at most 1";

    /** Everything. */
    public static final Sample ALL = new Sample(1);

    public Sample {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("not a share: " + share);
        }
    }

    /** The share that this text is; empty when it is none. */
    public static Optional<Sample> parse(String text) {
        if (!text.matches("[0-9]{1,3}([.][0-9]{1,9})?%?")) {
            return Optional.empty();
        }
        boolean percent = text.endsWith("%");
        double number = Double.parseDouble(percent ? text.substring(0, text.length() - 1) : text);
        double share = percent ? number / 100 : number;
        return share > 0 && share <= 1 ? Optional.of(new Sample(share)) : Optional.empty();
    }

    /** Whether this request is of the share. */
    public boolean includes(RequestId id) {
        if (share == 1) {
            return true;
        }
        long hash = mix(id.nonce().bits() ^ mix(id.position().offset()));
        return (hash >>> 11) * 0x1.0p-53 < share; // 53 bits: a double from 0 to below 1
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s%%", share * 100);
    }

    /** The finalizer of SplitMix64: each bit of the input turns half of the output's. */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}

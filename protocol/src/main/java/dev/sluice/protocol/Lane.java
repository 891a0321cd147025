package dev.sluice.protocol;

import java.util.Locale;
import java.util.Optional;

/** The priority lane of a request; each lane of a pool has its own requests topic. */
public enum Lane {
    HIGH,
    NORMAL,
    LOW;

    // made once: it is part of every topic's hash
    private final String text = name().toLowerCase(Locale.ROOT);

    /** One letter for ids. */
    public char letter() {
        return text.charAt(0);
    }

    /** {@code high}, {@code normal} or {@code low}, as in the {@code Sluice-Priority} header. */
    public String text() {
        return text;
    }

    /** The lane of this header value, case ignored. */
    public static Optional<Lane> parse(String text) {
        for (Lane lane : values()) {
            if (lane.name().equalsIgnoreCase(text)) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }

    static Optional<Lane> ofLetter(char letter) {
        for (Lane lane : values()) {
            if (lane.letter() == letter) {
                return Optional.of(lane);
            }
        }
        return Optional.empty();
    }
}

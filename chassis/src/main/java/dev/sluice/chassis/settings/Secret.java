package dev.sluice.chassis.settings;

/** A text that must never be printed; it prints as {@code ***}. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "***";
    }
}

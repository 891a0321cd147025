package dev.sluice.replay;

/** So many requests, and the bytes of their bodies. */
public record Figures(long count, long bytes) {

    public static final Figures NONE = new Figures(0, 0);

    public Figures plus(long bodyBytes) {
        return new Figures(count + 1, bytes + bodyBytes);
    }
}

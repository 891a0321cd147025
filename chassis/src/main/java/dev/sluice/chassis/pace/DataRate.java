package dev.sluice.chassis.pace;

/**
 * A least data rate over a window that moves: credit in time, which drains as time passes and grows
 * with each byte, up to the grace. Who has none left is too slow.
 *
 * <p>After Apache's {@code RequestReadTimeout} (mod_reqtimeout), but with a bound on what a burst
 * earns: who sent much at once may pause for the grace and no longer.
 */
public final class DataRate {

    private final long graceNanos;
    private final double nanosPerByte;
    private double creditNanos;
    private long atNanos;
    private long bytes;

    /**
     * Begins to count.
     *
     * @param graceNanos how long nothing need come
     * @param bytesPerSecond at least 1
     * @param nowNanos now
     * @param bytesBefore the count of bytes up to now
     */
    public DataRate(long graceNanos, long bytesPerSecond, long nowNanos, long bytesBefore) {
        if (graceNanos <= 0 || bytesPerSecond <= 0) {
            throw new IllegalArgumentException("grace and rate must be above 0");
        }
        this.graceNanos = graceNanos;
        this.nanosPerByte = 1e9 / (double) bytesPerSecond;
        this.creditNanos = (double) graceNanos;
        this.atNanos = nowNanos;
        this.bytes = bytesBefore;
    }

    /** Whether it has been too slow, with so many bytes counted in all by now. */
    public boolean isTooSlow(long nowNanos, long bytesNow) {
        count(nowNanos, bytesNow, (double) (nowNanos - atNanos));
        return creditNanos < 0;
    }

    /** Up to now nobody waited: what came counts, the time does not. */
    public void pause(long nowNanos, long bytesNow) {
        count(nowNanos, bytesNow, 0);
    }

    private void count(long nowNanos, long bytesNow, double spentNanos) {
        double earned = (double) (bytesNow - bytes) * nanosPerByte;
        creditNanos = Math.min((double) graceNanos, creditNanos - spentNanos + earned);
        atNanos = nowNanos;
        bytes = bytesNow;
    }
}

package dev.sluice.protocol;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How response times are handed from one service to another: an HdrHistogram of microseconds in its
 * own V2 encoding, as Base64. Those of several services can be added.
 */
public final class ResponseTimes {

    /** Two decimal digits: values to within 1 %. */
    public static final int DIGITS = 2;

    /** An hour; what takes longer counts as an hour. */
    public static final long MAX_MICROS = TimeUnit.HOURS.toMicros(1);

    private ResponseTimes() {}

    public static Histogram empty() {
        return new Histogram(1, MAX_MICROS, DIGITS);
    }

    public static String encode(Histogram micros) {
        var bytes = ByteBuffer.allocate(micros.getNeededByteBufferCapacity());
        int length = micros.encodeIntoByteBuffer(bytes);
        return Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(bytes.array(), length));
    }

    public static Histogram decode(String text) throws UnreadableRecordException {
        try {
            var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(text));
            Histogram decoded = Histogram.decodeFromByteBuffer(bytes, MAX_MICROS);
            Histogram ours = empty();
            ours.add(decoded); // refuses what is out of our range
            return ours;
        } catch (RuntimeException e) {
            // the library says "unreadable" with whatever its reading came upon
            throw new UnreadableRecordException("not a histogram: " + e, e);
        }
    }
}

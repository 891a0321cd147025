package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ingress.queue.Admission.Full;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final PoolNodes SIXTY_A_MINUTE = new PoolNodes(2, 60, 1_000);
    private static final QueueLimits LIMITS = new QueueLimits(10_000, 100);

    private static Admission decide(long queued, long bytes, long body) {
        return Admission.decide(LIMITS, SIXTY_A_MINUTE, queued, bytes, body);
    }

    @Test
    void admitsUpToTheDrainTimeAndNoFurther() {
        assertThat(decide(99, 0, 10)).isEqualTo(Admission.ADMITTED);
        assertThat(decide(100, 0, 10))
                .isInstanceOfSatisfying(
                        Full.class,
                        full -> {
                            assertThat(full.limit()).isEqualTo("max-drain-seconds");
                            assertThat(full.retryAfterSeconds()).isEqualTo(1);
                            assertThat(full.detail()).contains("100 requests", "60 a minute");
                        });
        assertThat(decide(149, 0, 10))
                .isInstanceOfSatisfying(
                        Full.class, full -> assertThat(full.retryAfterSeconds()).isEqualTo(50));
    }

    @Test
    void admitsUpToTheBytesAndNoFurther() {
        assertThat(decide(10, 9_000, 1_000)).isEqualTo(Admission.ADMITTED);
        assertThat(decide(10, 9_000, 5_000))
                .isInstanceOfSatisfying(
                        Full.class,
                        full -> {
                            assertThat(full.limit()).isEqualTo("max-bytes");
                            // 4,000 bytes over, 900 bytes a request, one a second
                            assertThat(full.retryAfterSeconds()).isEqualTo(5);
                            assertThat(full.detail()).contains("9,000 of at most 10,000 bytes");
                        });
    }

    @Property
    void retryAfterStaysInItsBounds(
            @ForAll @LongRange(min = 0, max = 1L << 40) long queued,
            @ForAll @LongRange(min = 0, max = 1L << 50) long bytes,
            @ForAll @LongRange(min = 0, max = 1L << 30) long body) {
        if (decide(queued, bytes, body) instanceof Full full) {
            assertThat(full.retryAfterSeconds()).isBetween(1L, 3_600L);
        } else {
            assertThat(bytes + body).isLessThanOrEqualTo(10_000);
            assertThat(queued).isLessThan(100);
        }
    }
}

package dev.sluice.chassis.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {

    private static final String STRANGER = "10.0.0.66";
    private static final String ADMIN = "10.0.0.7";

    private final FailedAttempts attempts = new FailedAttempts();

    @Test
    void tenWithinAMinuteAreTooManyForAMinute() {
        failed(STRANGER, 9, 0);
        assertThat(attempts.refusedSeconds(STRANGER, seconds(9))).isEmpty();
        assertThat(attempts.failed(STRANGER, seconds(30))).isEqualTo(10);
        assertThat(attempts.refusedSeconds(STRANGER, seconds(30))).hasValue(60);
        assertThat(attempts.refusedSeconds(STRANGER, seconds(89))).hasValue(1);
        assertThat(attempts.refusedSeconds(STRANGER, seconds(90))).isEmpty();
        assertThat(attempts.failed(STRANGER, seconds(90))).isEqualTo(1);
    }

    @Test
    void onesAtATimeAreForgotten() {
        for (long minute = 0; minute < 20; minute++) {
            assertThat(attempts.failed(STRANGER, seconds(60 * minute))).isEqualTo(1);
        }
        assertThat(attempts.refusedSeconds(STRANGER, seconds(1_201))).isEmpty();
    }

    @Test
    void oneAddressDoesNotLockOutAnother() {
        failed(STRANGER, 50, 0);
        assertThat(attempts.refusedSeconds(STRANGER, seconds(1))).isPresent();
        assertThat(attempts.refusedSeconds(ADMIN, seconds(1))).isEmpty();
    }

    @Test
    void whoMistypedItIsLetOffWithTheRightOne() {
        failed(ADMIN, 9, 0);
        attempts.succeeded(ADMIN);
        assertThat(attempts.failed(ADMIN, seconds(10))).isEqualTo(1);
    }

    @Test
    void whoComesFromEverywhereFillsNoMemoryAndNoLog() {
        int lines = 0;
        for (int i = 0; i < 3 * FailedAttempts.ADDRESSES_MAX; i++) {
            attempts.failed("address " + i, 0);
            lines += attempts.mayLog(0) ? 1 : 0;
        }
        assertThat(attempts.addresses()).isEqualTo(FailedAttempts.ADDRESSES_MAX);
        assertThat(lines).isEqualTo(20);
        assertThat(attempts.mayLog(seconds(59))).isFalse();
        assertThat(attempts.mayLog(seconds(60))).isTrue();
    }

    private void failed(String address, int times, long fromSecond) {
        for (int i = 0; i < times; i++) {
            attempts.failed(address, seconds(fromSecond));
        }
    }

    private static long seconds(long n) {
        return TimeUnit.SECONDS.toNanos(n);
    }
}

package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** A claim of an idempotency key: one line, and one line for each. */
class KeyClaimFuzzTest {

    @FuzzTest
    void whatIsReadIsWrittenTheSame(byte[] input) {
        KeyClaim claim;
        try {
            claim = KeyClaim.decode(Body.of(input));
        } catch (UnreadableRecordException e) {
            return;
        }
        assertThat(claim.encode().utf8()).isEqualToIgnoringCase(FuzzInput.text(input));
        assertThat(claim.key().shard(12)).isBetween(0, 11);
    }
}

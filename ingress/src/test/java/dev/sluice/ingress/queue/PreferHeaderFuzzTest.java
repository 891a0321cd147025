package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** {@code Prefer} fields, one on each line. */
class PreferHeaderFuzzTest {

    @FuzzTest
    void theWaitIsOursAndTheOthersGoOn(byte[] input) {
        List<String> values =
                List.of(new String(input, StandardCharsets.ISO_8859_1).split("\n", -1));
        PreferHeader prefer = PreferHeader.parse(values);
        assertThat(prefer.waitSeconds().orElse(0)).isNotNegative();
        assertThat(prefer.others()).allMatch(other -> other.equals(other.strip()));
        int sent = values.stream().mapToInt(String::length).sum();
        int kept = prefer.others().stream().mapToInt(String::length).sum();
        assertThat(kept).isLessThanOrEqualTo(sent);
        // what goes on is not taken for ours by the next one, each read by itself
        for (String other : prefer.others()) {
            assertThat(PreferHeader.parse(List.of(other)).waitSeconds()).isEmpty();
        }
    }
}

package dev.sluice.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;

/** A secret on the first line, and what a node says of it on the others. */
class MaskFuzzTest {

    @FuzzTest
    void noSecretIsLeft(byte[] input) {
        String[] parts = new String(input, StandardCharsets.ISO_8859_1).split("\n", 2);
        // asterisks alone would be their own mask
        if (parts.length < 2 || !parts[0].matches("[!-)+-~]{8,200}")) {
            return;
        }
        var host = new HostRule("api.example.com", false, OptionalInt.empty());
        var credential =
                new Credential("a", "Authorization", "Bearer " + parts[0], List.of(host), false);
        String said = parts[1] + parts[0] + parts[1];
        Mask mask = credential.mask();

        byte[] bytes = said.getBytes(StandardCharsets.ISO_8859_1);
        mask.over(bytes);
        String masked = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(masked).hasSameSizeAs(said).doesNotContain(parts[0]);
        assertThat(mask.over(said)).doesNotContain(parts[0]);
    }
}

package dev.sluice.worker.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Credentials as somebody wrote them down; what is wrong with them is said without them. */
class CredentialTextFuzzTest {

    @FuzzTest
    void isACredentialOrSaysWhatIsWrongWithoutRepeatingIt(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        check(
                CredentialText.parse(
                        "openai", text, Optional.of("api.example.com"), "there", "a test"),
                text);
        switch (CredentialText.parseFile(text, "a test")) {
            case CredentialText.OfFile.Unreadable unreadable ->
                    assertThat(unreadable.why()).isNotBlank();
            case CredentialText.OfFile.Entries(var entries) ->
                    entries.values().forEach(entry -> check(entry, text));
        }
    }

    private static void check(Entry entry, String text) {
        assertThat(entry.credential().isPresent()).isEqualTo(entry.problems().isEmpty());
        entry.credential().ifPresent(CredentialTextFuzzTest::check);
        // no word of what was written stands in a message, but for those that are ours
        String said = String.join(" ", entry.problems());
        for (String word : text.split("[\\s:,\\[\\]{}\"']+", -1)) {
            if (word.length() > 40) {
                assertThat(said).doesNotContain(word);
            }
        }
    }

    private static void check(Credential credential) {
        assertThat(credential.value()).matches("[ -~]{1,9000}");
        assertThat(credential.header()).matches("[!-~]+").doesNotContain(":");
        assertThat(credential.hosts()).isNotEmpty();
        for (HostRule rule : credential.hosts()) {
            assertThat(HostRule.parse(rule.toString())).contains(rule);
            assertThat(rule.allows(URI.create("https://elsewhere.invalid"))).isFalse();
        }
        assertThat(credential.toString()).doesNotContain("Bearer ");
    }
}

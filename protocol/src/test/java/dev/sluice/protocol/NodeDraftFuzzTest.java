package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A node as anybody writes it, a field on each line: it is one, or all that is wrong is said. */
class NodeDraftFuzzTest {

    private static final int FIELDS = 7;

    @FuzzTest
    void isANodeOrSaysWhatIsWrong(byte[] input) {
        String[] lines = FuzzInput.text(input).split("\n", FIELDS);
        var draft =
                new NodeDraft(
                        field(lines, 0),
                        field(lines, 1),
                        field(lines, 2),
                        number(field(lines, 3)),
                        number(field(lines, 4)),
                        number(field(lines, 5)),
                        field(lines, 6));
        List<String> problems = draft.problems();
        if (!problems.isEmpty()) {
            assertThat(problems).doesNotHaveDuplicates().noneMatch(String::isBlank);
            assertThatThrownBy(draft::toSpec).isInstanceOf(IllegalArgumentException.class);
            return;
        }
        NodeSpec node = draft.toSpec();
        assertThat(node.url().toString()).isEqualTo(draft.url());
        assertThat(node.url().getHost()).isNotEmpty();
        assertThat(node.url().getRawUserInfo()).isNull();
        assertThat(node.rpm()).isBetween(1, NodeSpec.MAX_RPM);
        assertThat(node.bpm()).isBetween(1L, NodeSpec.MAX_BPM);
        assertThat(node.maxInFlight()).isBetween(1, NodeSpec.MAX_IN_FLIGHT);
        assertThat(Objects.requireNonNull(draft.rpm()).doubleValue()).isEqualTo(node.rpm());
    }

    private static @Nullable String field(String[] lines, int index) {
        return index < lines.length && !lines[index].isEmpty() ? lines[index] : null;
    }

    /** As the readers of JSON and YAML give them. */
    private static @Nullable Number number(@Nullable String text) {
        if (text == null || text.length() > 40) {
            return null;
        }
        try {
            return text.matches("-?[0-9]+") ? new BigInteger(text) : Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}

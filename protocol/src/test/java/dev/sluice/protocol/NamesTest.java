package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules that are checked by hand, held against the patterns that they stand for. */
class NamesTest {

    private static final Pattern POOL = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?");
    private static final Pattern NODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    @Property
    void poolNamesAndNodeIdsAreWhatTheirPatternsSay(@ForAll("texts") String text) {
        assertThat(PoolName.parse(text).isPresent()).isEqualTo(POOL.matcher(text).matches());
        assertThat(NodeSpec.isId(text)).isEqualTo(NODE.matcher(text).matches());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "a", "a-", "-a", "a-b", "A", "ä", "a b", "a\n", ".a", "a."})
    void alsoAtTheirEdges(String text) {
        poolNamesAndNodeIdsAreWhatTheirPatternsSay(text);
        poolNamesAndNodeIdsAreWhatTheirPatternsSay(text + "x".repeat(39));
        poolNamesAndNodeIdsAreWhatTheirPatternsSay(text + "x".repeat(40));
        poolNamesAndNodeIdsAreWhatTheirPatternsSay(text + "x".repeat(63));
        poolNamesAndNodeIdsAreWhatTheirPatternsSay(text + "x".repeat(64));
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("aAzZ09-._/ä\n").ofMaxLength(68);
    }
}

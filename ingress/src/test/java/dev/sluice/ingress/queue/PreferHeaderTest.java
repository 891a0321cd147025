package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalInt;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class PreferHeaderTest {

    private static OptionalInt waitOf(String... values) {
        return PreferHeader.parse(List.of(values)).waitSeconds();
    }

    @Test
    void readsTheFormsThatTheRfcAllows() {
        assertThat(waitOf("wait=10")).hasValue(10);
        assertThat(waitOf("Wait = 10")).hasValue(10);
        assertThat(waitOf("wait=\"10\"")).hasValue(10);
        assertThat(waitOf("respond-async, wait=100")).hasValue(100);
        assertThat(waitOf("respond-async", "wait=100")).hasValue(100);
        assertThat(waitOf("foo=\"a,wait=1\\\"\"; p=\",\" , wait=7 ; q")).hasValue(7);
        assertThat(waitOf("wait=007")).hasValue(7);
        assertThat(waitOf("wait=99999999999999")).hasValue(Integer.MAX_VALUE);
    }

    @Test
    void usesTheFirstAndIgnoresWhatItCannotUnderstand() {
        assertThat(waitOf("wait=1, wait=2")).hasValue(1);
        assertThat(waitOf("wait")).isEmpty();
        assertThat(waitOf("wait=")).isEmpty();
        assertThat(waitOf("wait=-1")).isEmpty();
        assertThat(waitOf("wait=1.5")).isEmpty();
        assertThat(waitOf("wait=ten")).isEmpty();
        assertThat(waitOf()).isEmpty();
    }

    @Test
    void keepsTheOtherPreferencesAsTheyCame() {
        assertThat(PreferHeader.parse(List.of("a; b=\"x, y\", wait=3,, c=d")).others())
                .containsExactly("a; b=\"x, y\"", "c=d");
    }

    @Property
    void readsAnyWaitAmongOthers(
            @ForAll @IntRange(min = 0, max = 999_999_999) int seconds,
            @ForAll @Size(max = 3)
                    List<@StringLength(min = 1, max = 5) @CharRange(from = 'a', to = 'f') String>
                            others) {
        String value = String.join(",", others) + (others.isEmpty() ? "" : ",");
        var prefer = PreferHeader.parse(List.of(value + "wait=" + seconds));
        assertThat(prefer.waitSeconds()).hasValue(seconds);
        assertThat(prefer.others()).isEqualTo(others);
    }

    @Property
    void neverFails(
            @ForAll
                    List<
                                    @StringLength(max = 20) @CharRange(from = '"', to = '"')
                                    @CharRange(from = '\\', to = '\\')
                                    @CharRange(from = ',', to = '=') String>
                            values) {
        var prefer = PreferHeader.parse(values);
        assertThat(prefer.waitSeconds()).isEmpty();
        assertThat(prefer.others()).allSatisfy(other -> assertThat(other).isNotBlank());
    }
}

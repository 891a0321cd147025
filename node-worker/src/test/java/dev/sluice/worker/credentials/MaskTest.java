package dev.sluice.worker.credentials;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {

    private static final String SECRET = "sk-proj/Ab9+Zz\"q=Wxyz";
    private static final int LARGE = 8 * 1024 * 1024;

    private final Mask mask = mask(SECRET);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sk-proj/Ab9+Zz\"q=Wxyz",
                "SK-PROJ/AB9+ZZ\"Q=WXYZ",
                "sk-proj/ab9+zz\"q=wxyz",
                "sk-proj%2FAb9%2BZz%22q%3DWxyz",
                "sk-proj%2fAb9%2bZz%22q%3dWxyz",
                "%73%6b%2d%70%72%6f%6a%2F%41%62%39%2B%5a%7A%22%71%3D%57%78%79%7A",
                "sk-proj\\/Ab9+Zz\\\"q=Wxyz",
                "sk\\u002dproj\\u002FAb9\\u002bZz\\u0022q\\u003dWxyz",
                "sk\\u002Dproj\\/Ab9+Zz\\\"q\\u003DWxyz",
                "\\u0073k\\u002d\\u0070roj/Ab9%2BZz\\u0022q=Wxyz",
                "sk\\\\u002dproj\\\\/Ab9+Zz\\\\\\\"q=Wxyz"
            })
    void eachFormIsMaskedWholeAndKeepsItsLength(String form) {
        String around = "{\"error\": \"not a key: " + form + "\", \"n\": 1}";
        String masked = around.replace(form, "*".repeat(form.length()));

        assertThat(over(around)).isEqualTo(masked);
        assertThat(mask.over(around)).isEqualTo(masked);
        assertThat(over(form)).isEqualTo("*".repeat(form.length()));
        assertThat(over(form + form)).isEqualTo("*".repeat(2 * form.length()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what is printed | of that
                "provided: sk-pr***************************Wxyz.|sk-pr***************************Wxyz",
                "provided: sk-...wxyz.|sk-...wxyz",
                "provided: sk-…wxyz!|sk-…wxyz",
                "key sk-proj••••••yz now|sk-proj••••••yz",
                "key ...q=Wxyz now|...q=Wxyz",
                "key ****q=Wxyz|****q=Wxyz",
                "{\"key\": \"sk-pr\\u2026Wxyz\"}|sk-pr\\u2026Wxyz",
                "{\"key\": \"\\u2022\\u2022\\u2022q=Wxyz\"}|\\u2022\\u2022\\u2022q=Wxyz",
                "{\\\"key\\\": \\\"sk-\\\\u2026wxyz\\\"}|sk-\\\\u2026wxyz",
                "key sk-proj/Ab... now|sk-proj/Ab...",
                "key SK-P***XYZ now|SK-P***XYZ",
            })
    void theShortFormThatProvidersPrintIsMasked(String text, String form) {
        String stars = "*".repeat(form.getBytes(UTF_8).length);

        assertThat(over(text)).isEqualTo(text.replace(form, stars));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "keys look like sk-... and no other",
                "sk-proj-",
                "sk-proj...",
                "and so on... yz",
                "*** xyz ***",
                "first ****Wxyz",
                "first ...q=Wxyzzy",
                "and so on\\u2026 wxyz",
                "\\u2026wxyz",
                "\\u2027q=Wxyz",
                "\\u202",
                "...",
                "to be continued…",
                "sk..wxyz",
                "1.2.3.4",
                "sk-proj/Ab9+Zz\"q=Wxy",
                "%",
                "%7",
                "\\",
                "\\u",
                "\\u00",
                "\\\\\\"
            })
    void whatIsNotTheSecretStays(String text) {
        assertThat(over(text)).isEqualTo(text);
        assertThat(mask.over(text)).isEqualTo(text);
    }

    /** Secrets end in words, and texts have them behind dots. */
    @Test
    void aWordIsNotTheEndOfASecret() {
        Mask prod = mask("sk-live-9f3a-prod");
        for (String honest :
                List.of(
                        "deploying ...production",
                        "note:***product",
                        "the rest is ...prod",
                        "{\"at\": \"...3a-production\"}",
                        "...3A-PROD7")) {
            assertThat(over(prod, honest)).isEqualTo(honest);
            assertThat(prod.over(honest)).isEqualTo(honest);
        }

        assertThat(over(prod, "key sk-li\\u2026prod.")).isEqualTo("key ***************.");
        assertThat(over(prod, "key ...3a-prod.")).isEqualTo("key **********.");
        assertThat(over(mask("sk-live-abcx7yz"), "key ****x7YZ, ****x7yzz."))
                .isEqualTo("key ********, ****x7yzz.");
    }

    @Test
    void aFieldsNameWithTheSecretIsStillAName() {
        assertThat(mask("sk-abcdefgh").over("x-SK-ABCDEFGH-y")).isEqualTo("x-***********-y");
    }

    @Test
    void aSecretOfDotsAndBackslashesIsFoundToo() {
        String secret = "ab..cd\\ef***gh.";
        for (String form :
                List.of(secret, secret.replace("\\", "\\\\"), "%61" + secret.substring(1))) {
            assertThat(over(mask(secret), "<" + form + ">"))
                    .isEqualTo("<" + "*".repeat(form.length()) + ">");
        }
        assertThat(over(mask("100%41percent"), "a 100%41percent b")).isEqualTo("a ************* b");
    }

    @Test
    void aShortSecretMasksNothing() {
        byte[] text = "abcdefg".getBytes(UTF_8);
        mask("abcdefg").over(text);

        assertThat(text).asString(UTF_8).isEqualTo("abcdefg");
    }

    /** Held against the plainest way to say it, with texts in which nearly everything matches. */
    @Property(tries = 3_000)
    void occurrencesAreMaskedAlsoWhereTheyOverlap(
            @ForAll("words") String secret, @ForAll("texts") String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        char[] expected = text.toCharArray();
        for (int at = lower.indexOf(secret); at >= 0; at = lower.indexOf(secret, at + 1)) {
            for (int i = at; i < at + secret.length(); i++) {
                expected[i] = '*';
            }
        }

        assertThat(over(mask(secret), text)).isEqualTo(new String(expected));
    }

    /** With each character written in a way of its own, and anything around it. */
    @Property
    void howeverItsCharactersAreWrittenNothingOfItIsLeft(
            @ForAll @Size(value = 21) List<@IntRange(max = 5) Integer> ways,
            @ForAll("around") String before,
            @ForAll("around") String after) {
        var form = new StringBuilder();
        for (int i = 0; i < SECRET.length(); i++) {
            form.append(written(SECRET.charAt(i), ways.get(i)));
        }

        assertThat(over(before + form + after))
                .isEqualTo(before + "*".repeat(form.length()) + after);
    }

    @Property
    void lengthsStayWhateverStandsThere(@ForAll byte[] content) {
        byte[] masked = content.clone();
        mask.over(masked);

        for (int i = 0; i < content.length; i++) {
            assertThat(masked[i] == content[i] || masked[i] == '*').isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "\\",
                "\\\\u002",
                "%",
                "%7",
                "*",
                ".",
                "***a",
                "***Wxy",
                "...sk-proj/Ab9+Zz\"q=Wxy",
                "sk-proj/Ab9+Zz\"q=Wxy",
                "sk-proj/Ab9+Zz\"q=Wxyz",
                "sk-...Wxyz",
                "sk-\\u2026Wxyz",
                "\\u2026",
                "\\u202",
                "\\\\\\\\\\\\\\\\\\u2026Wxy",
                "…",
                "%73%6b%2d"
            })
    void eightMebibytesAreMaskedInProportionWhateverANodeSends(String piece) {
        byte[] content = piece.repeat(LARGE / piece.length()).getBytes(UTF_8);

        // some tens of milliseconds; what takes time with the square would take hours
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> mask.over(content));
    }

    @Test
    void aSecretThatMatchesItselfEverywhereTakesNoSquareEither() {
        byte[] content = "aaaaaaa...".repeat(LARGE / 10).getBytes(UTF_8);
        Mask same = mask("a".repeat(200));

        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> same.over(content));
    }

    @Provide
    Arbitrary<String> words() {
        return Arbitraries.strings().withChars('a', 'b').ofMinLength(8).ofMaxLength(10);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.strings().withChars("aabbABc").ofMaxLength(60);
    }

    @Provide
    Arbitrary<String> around() {
        return Arbitraries.strings().withChars(" {}:,<>01").ofMaxLength(12);
    }

    private static String written(char c, int way) {
        return switch (way) {
            case 0 -> Character.toString(c);
            case 1 -> Character.toString(Character.toUpperCase(c));
            case 2 -> "%%%02x".formatted((int) c);
            case 3 -> "%%%02X".formatted((int) c);
            case 4 -> "\\u%04x".formatted((int) c);
            default -> c == '/' || c == '"' ? "\\" + c : "\\u%04X".formatted((int) c);
        };
    }

    private static Mask mask(String secret) {
        return Mask.of(secret);
    }

    private String over(String text) {
        return over(mask, text);
    }

    private static String over(Mask mask, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        mask.over(bytes);
        return new String(bytes, UTF_8);
    }
}

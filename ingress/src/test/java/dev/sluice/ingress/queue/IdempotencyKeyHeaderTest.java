package dev.sluice.ingress.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyHeaderTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = '|',
            value = {
                "order-4711 | order-4711",
                "\"order-4711\" | order-4711",
                "' \"order 4711\" ' | order 4711",
                "\"a\\\"b\\\\c\" | a\"b\\c",
                "a\"b | a\"b",
                "a,b;c=d | a,b;c=d",
            })
    void quotedAndBareMeanTheSameKey(String value, String key) {
        assertThat(IdempotencyKeyHeader.parse(value)).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\"\"",
                "\" \"",
                "\"",
                "\"a",
                "a\tb",
                "ä",
                "\"ä\"",
                "\"a\" b",
                "\"a\\b\"",
                "\"a\\",
                "\"a\"\""
            })
    void otherTextsAreNoKeys(String value) {
        assertThat(IdempotencyKeyHeader.parse(value)).isEmpty();
    }

    @Test
    void aKeyHasAtMost255Characters() {
        String longest = "k".repeat(255);

        assertThat(IdempotencyKeyHeader.parse(longest)).contains(longest);
        assertThat(IdempotencyKeyHeader.parse('"' + longest + '"')).contains(longest);
        assertThat(IdempotencyKeyHeader.parse(longest + "k")).isEmpty();
    }
}

package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

/** Header fields as they stand in the log, and what a trace puts in the place of others. */
class HeaderListFuzzTest {

    private static final List<HttpHeader> TRACE =
            List.of(new HttpHeader("traceparent", "00-1-2-01"));

    @FuzzTest
    void aListIsWrittenAsItWasReadAndHasOneTrace(byte[] input) {
        String text = FuzzInput.text(input);
        List<HttpHeader> headers;
        try {
            headers = HttpHeader.decode(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(HttpHeader.encode(headers)).isEqualTo(text);
        List<HttpHeader> traced = TraceFields.replaced(headers, TRACE);
        assertThat(traced).filteredOn(header -> TraceFields.is(header.name())).isEqualTo(TRACE);
        assertThat(traced)
                .filteredOn(header -> !TraceFields.is(header.name()))
                .isEqualTo(headers.stream().filter(h -> !TraceFields.is(h.name())).toList());
    }
}

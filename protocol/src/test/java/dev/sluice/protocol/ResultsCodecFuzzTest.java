package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;

/** A record of a results partition, whoever wrote it. */
class ResultsCodecFuzzTest {

    private static final Instant AT = Instant.parse("2026-11-21T12:00:00Z");

    @FuzzTest
    void whatIsReadIsWrittenAndReadTheSame(byte[] input) throws UnreadableRecordException {
        WireRecord record = FuzzInput.record(input);
        ResultsRecord entry;
        try {
            entry = ResultsCodec.decode(record);
        } catch (UnreadableRecordException e) {
            return;
        }
        WireRecord again =
                switch (entry) {
                    case Ending ending -> ResultsCodec.encode(ending);
                    case LedgerSnapshot snapshot -> ResultsCodec.encode(snapshot, "w", AT);
                    case Held held -> ResultsCodec.encode(held, "w", AT);
                };
        assertThat(ResultsCodec.decode(again)).isEqualTo(entry);
        if (entry instanceof ResultEvent result) {
            // whoever reads the head alone reads what is in the whole
            assertThat(ResultHead.decode(record.headers()::get)).contains(ResultHead.of(result));
        } else {
            assertThat(ResultHead.decode(record.headers()::get)).isEmpty();
        }
    }
}

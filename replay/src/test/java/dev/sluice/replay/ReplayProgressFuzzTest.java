package dev.sluice.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.Body;
import dev.sluice.protocol.ProtocolJson;
import dev.sluice.protocol.UnreadableRecordException;

/** An entry of the replays topic, whoever wrote it. */
class ReplayProgressFuzzTest {

    @FuzzTest
    void whatIsReadIsWrittenAndReadTheSame(byte[] input) throws UnreadableRecordException {
        ReplayProgress progress;
        try {
            progress = ProtocolJson.decode(Body.of(input), ReplayProgress.class);
        } catch (UnreadableRecordException e) {
            return;
        }
        assertThat(ProtocolJson.decode(ProtocolJson.encode(progress), ReplayProgress.class))
                .isEqualTo(progress);
        assertThat(progress.source().values()).allMatch(span -> span.left() >= 0);
        assertThat(progress.failed("why").problem()).contains("why");
    }
}

package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Optional;

/** A requests record of anybody: it is a request, and says so again, or is unreadable. */
class RequestCodecFuzzTest {

    @FuzzTest
    void whatIsReadIsWrittenAndReadTheSame(byte[] input) throws UnreadableRecordException {
        WireRecord record = FuzzInput.record(input);
        RequestEvent request;
        try {
            request = RequestCodec.decode(record);
        } catch (UnreadableRecordException e) {
            return;
        }
        assertThat(RequestCodec.decode(RequestCodec.encode(request))).isEqualTo(request);
        // readers of one header alone agree with those that read all
        assertThat(RequestCodec.nonce(record.headers()::get)).contains(request.nonce());
        Optional<ReplayOf> replay = RequestCodec.replayOf(record.headers()::get);
        assertThat(replay).isEqualTo(request.replayOf());
    }
}

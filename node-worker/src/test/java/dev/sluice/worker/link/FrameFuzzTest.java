package dev.sluice.worker.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.protocol.ProtocolJson;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JacksonException;

/** What one side of a link says to the other. */
class FrameFuzzTest {

    @FuzzTest
    void whatIsReadIsWrittenAndReadTheSame(byte[] input) {
        Frame frame;
        try {
            frame =
                    ProtocolJson.mapper()
                            .readValue(new String(input, StandardCharsets.UTF_8), Frame.class);
        } catch (JacksonException e) {
            return;
        }
        if (frame != null) {
            String again = ProtocolJson.mapper().writeValueAsString(frame);
            assertThat(ProtocolJson.mapper().readValue(again, Frame.class)).isEqualTo(frame);
        }
    }
}

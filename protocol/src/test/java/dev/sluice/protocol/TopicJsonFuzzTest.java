package dev.sluice.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** The JSON of the compacted topics, whoever wrote it: the first byte says which. */
class TopicJsonFuzzTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final List<Class<? extends Record>> TYPES =
            List.of(RegisteredNode.class, NodeHealth.class, WorkerInfo.class, ServiceInfo.class);

    @FuzzTest
    void whatIsReadIsWrittenAndReadTheSame(byte[] input) throws UnreadableRecordException {
        if (input.length == 0) {
            return;
        }
        Body body = Body.of(Arrays.copyOfRange(input, 1, input.length));
        Record entry;
        try {
            entry = ProtocolJson.decode(body, TYPES.get((input[0] & 0xff) % TYPES.size()));
        } catch (UnreadableRecordException e) {
            return;
        }
        assertThat(ProtocolJson.decode(ProtocolJson.encode(entry), entry.getClass()))
                .isEqualTo(entry);
        // what readers do with it at once
        switch (entry) {
            case RegisteredNode node -> assertThat(node.spec().url().getRawUserInfo()).isNull();
            case NodeHealth health -> assertThat(health.stateAt(NOW)).isNotNull();
            case ServiceInfo service -> assertThat(service.stateAt(NOW)).isNotNull();
            case WorkerInfo worker -> assertThat(worker.toString()).doesNotContain("key");
            default -> throw new IllegalStateException("no other type");
        }
    }
}

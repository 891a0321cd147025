package dev.sluice.ingress.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShardTurnTest {

    private static final long MILLI = 1_000_000;

    private final ShardTurn turn = new ShardTurn(4, 2, 0);

    @Test
    void oneAtATimeRequestsGoToOneShardAfterAnother() {
        var shards = new ArrayList<Integer>();
        for (long i = 0; i < 5; i++) {
            shards.add(turn.next(i * 10 * MILLI));
        }
        assertThat(shards).containsExactly(3, 0, 1, 2, 3);
    }

    @Test
    void requestsOfOneMomentGoTogether() {
        assertThat(List.of(turn.next(0), turn.next(MILLI), turn.next(4 * MILLI))).containsOnly(3);
        assertThat(turn.next(5 * MILLI)).isEqualTo(0);
    }

    @Test
    void manyAtOnceAreSpreadEvenly() {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int i = 0; i < 4 * 32 * 10; i++) {
            counts.merge(turn.next(0), 1, Integer::sum);
        }
        assertThat(counts).hasSize(4);
        assertThat(counts.values()).containsOnly(320);
    }

    @Test
    void aShardThatIsOutOfRangeBeginsWithinIt() {
        assertThat(new ShardTurn(4, -1, 0).next(0)).isEqualTo(0);
        assertThat(new ShardTurn(1, 0, 0).next(0)).isEqualTo(0);
    }
}

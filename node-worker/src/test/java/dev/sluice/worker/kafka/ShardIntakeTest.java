package dev.sluice.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ShardIntakeTest {

    private final ShardIntake shard = new ShardIntake(0, 0, 10);

    @Test
    void whatNoCheckpointHasAgesFromItsFirstChange() {
        shard.takeCheckpoint(20);
        assertThat(shard.unsavedSinceNanos()).as("on its way, not there").hasValue(10);
        shard.saved(20);
        assertThat(shard.unsavedSinceNanos()).as("an idle shard does not age").isEmpty();

        shard.change(30);
        shard.change(40);
        assertThat(shard.unsavedSinceNanos()).hasValue(30);
        assertThat(shard.changed()).isTrue();
    }

    @Test
    void aCheckpointThatIsNotCommittedSavesNothing() {
        shard.takeCheckpoint(20);
        shard.saved(20);
        shard.change(30);
        shard.takeCheckpoint(35); // and the broker does not take it
        shard.change(50);
        shard.takeCheckpoint(55);
        assertThat(shard.unsavedSinceNanos()).hasValue(30);

        shard.saved(55);
        assertThat(shard.unsavedSinceNanos()).isEmpty();
    }

    @Test
    void whatCameAfterTheCheckpointWasTakenIsNotSavedByIt() {
        shard.takeCheckpoint(20);
        shard.change(30);
        shard.saved(20);

        assertThat(shard.unsavedSinceNanos()).hasValue(20);
        assertThat(shard.checkpointAtNanos()).isEqualTo(20);
    }
}

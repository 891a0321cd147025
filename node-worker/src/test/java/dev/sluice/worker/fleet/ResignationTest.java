package dev.sluice.worker.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.protocol.WorkerInfo;
import dev.sluice.protocol.WorkerInfo.OwnedShard;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResignationTest {

    private static final long SECOND = 1_000_000_000L;
    private static final List<String> NONE = List.of();

    private final Resignation ofX = new Resignation("x", 0);

    @Test
    void whoCannotReachAKeeperThatAnotherReachesGoes() {
        var others = List.of(worker("k", NONE, NONE), worker("y", List.of("k"), NONE));

        assertThat(isDue(ofX, others, List.of("k"))).isTrue();
    }

    @Test
    void whoCannotReachAKeeperThatNobodyReachesStays() {
        var others = List.of(worker("k", NONE, NONE), worker("y", NONE, List.of("k")));

        assertThat(isDue(ofX, others, List.of("k"))).isFalse();
    }

    @Test
    void theOthersInTheKeepersProcessReachIt() {
        var others = List.of(worker("k", NONE, NONE), of("process-k", "k2", NONE, NONE));

        assertThat(isDue(ofX, others, List.of("k"))).isTrue();
    }

    @Test
    void whoCannotReachAWorkerThatIsGoneStays() {
        assertThat(isDue(ofX, List.of(worker("y", List.of("k"), NONE)), List.of("k"))).isFalse();
    }

    @Test
    void aKeeperThatMostCannotReachGoes() {
        var most =
                List.of(
                        worker("y", NONE, List.of("x")),
                        worker("z", NONE, List.of("x")),
                        worker("v", List.of("x"), NONE));
        assertThat(isDue(ofX, most, NONE)).isTrue();

        var half = List.of(worker("y", NONE, List.of("x")), worker("v", List.of("x"), NONE));
        assertThat(isDue(new Resignation("x", 0), half, NONE)).isFalse();
    }

    @Test
    void whoDoesNotNeedTheKeeperHasNoSay() {
        var others =
                List.of(
                        worker("y", NONE, List.of("x")),
                        worker("z", NONE, NONE),
                        worker("v", NONE, NONE));

        assertThat(isDue(ofX, others, NONE)).isTrue();
    }

    @Test
    void whoHasGivenUpHasNoSay() {
        var away =
                new WorkerInfo(
                        "y",
                        "http://y",
                        "process-y",
                        List.of(),
                        NONE,
                        List.of("x"),
                        Instant.EPOCH,
                        Instant.EPOCH);

        assertThat(isDue(ofX, List.of(away), NONE)).isFalse();
    }

    @Test
    void theWorkersOfOneProcessHaveOneSay() {
        var others =
                List.of(
                        of("process-y", "y1", NONE, List.of("x")),
                        of("process-y", "y2", NONE, List.of("x")),
                        worker("z", List.of("x"), NONE));

        assertThat(isDue(ofX, others, NONE)).isFalse();
    }

    @Test
    void goesOnlyAfterItHasLastedAndEachAfterATimeOfItsOwn() {
        var others = List.of(worker("k", NONE, NONE), worker("y", List.of("k"), NONE));
        var later = new Resignation("x", 0.5);
        ofX.due(others, List.of("k"), 0);
        later.due(others, List.of("k"), 0);

        assertThat(ofX.due(others, List.of("k"), 4 * SECOND - 1)).isFalse();
        assertThat(ofX.due(others, List.of("k"), 4 * SECOND)).isTrue();
        assertThat(later.due(others, List.of("k"), 6 * SECOND - 1)).isFalse();
        assertThat(later.due(others, List.of("k"), 6 * SECOND)).isTrue();
    }

    @Test
    void isOverAsSoonAsItTalksToThemAgain() {
        var others = List.of(worker("k", NONE, NONE), worker("y", List.of("k"), NONE));
        assertThat(isDue(ofX, others, List.of("k"))).isTrue();

        assertThat(ofX.due(others, NONE, 100 * SECOND)).isFalse();
        assertThat(ofX.due(others, List.of("k"), 101 * SECOND)).isFalse();
    }

    /** Whether it is, when it has lasted for long. */
    private static boolean isDue(
            Resignation resignation, List<WorkerInfo> others, List<String> cannotReach) {
        assertThat(resignation.due(others, cannotReach, 0)).isFalse();
        return resignation.due(others, cannotReach, 60 * SECOND);
    }

    private static WorkerInfo worker(String id, List<String> reaches, List<String> cannotReach) {
        return of("process-" + id, id, reaches, cannotReach);
    }

    /** One with a shard. */
    private static WorkerInfo of(
            String key, String id, List<String> reaches, List<String> cannotReach) {
        return new WorkerInfo(
                id,
                "http://" + key,
                key,
                List.of(new OwnedShard(0, 1)),
                reaches,
                cannotReach,
                Instant.EPOCH,
                Instant.EPOCH);
    }
}

package dev.sluice.worker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrantCheckTest {

    private final GrantCheck<String> check = new GrantCheck<>();

    @Test
    void grantsWithAnAttemptUnderWayAreInOrder() {
        for (int i = 0; i < 3; i++) {
            assertThat(check.look(List.of("a", "b"), Set.of("a", "b", "c"))).isEmpty();
        }
    }

    @Test
    void oneWithoutIsNamedAtTheSecondLookAndOnlyThen() {
        assertThat(check.look(List.of("a", "b"), Set.of("a"))).isEmpty();
        assertThat(check.look(List.of("a", "b"), Set.of("a"))).containsExactly("b");
        assertThat(check.look(List.of("a", "b"), Set.of("a"))).isEmpty();
    }

    @Test
    void oneWhoseEndIsOnItsWayAtALookIsInOrder() {
        assertThat(check.look(List.of("a"), Set.of())).isEmpty();
        assertThat(check.look(List.of(), Set.of())).isEmpty();
        assertThat(check.look(List.of("a"), Set.of())).isEmpty();
    }
}

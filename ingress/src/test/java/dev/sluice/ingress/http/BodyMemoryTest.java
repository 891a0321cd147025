package dev.sluice.ingress.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chassis.http.ProblemException;
import dev.sluice.chassis.http.connections.Client;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {

    private final AtomicBoolean heapIsFull = new AtomicBoolean();
    private final BodyMemory memory =
            new BodyMemory(new BodyMemory.Bounds(100, 60), heapIsFull::get);
    private final Client one = Client.unknown();
    private final Client other = Client.unknown();

    @Test
    void oneClientLeavesRoomForOthers() {
        try (var held = memory.of(one);
                var more = memory.of(one);
                var others = memory.of(other)) {
            assertThat(held.grow(60)).isTrue();
            assertThat(more.grow(1)).isFalse();
            assertThat(others.grow(40)).isTrue();
            assertThat(others.grow(1)).isFalse();
            assertThat(memory.heldBytes()).isEqualTo(100);
        }
        assertThat(memory.heldBytes()).isZero();
        assertThat(one.bodyBytes().taken()).isZero();
    }

    @Test
    void whatWasRefusedIsNotHeld() {
        try (var held = memory.of(one);
                var others = memory.of(other)) {
            assertThat(others.grow(50)).isTrue();
            assertThat(held.grow(51)).isFalse(); // of all of it
            assertThat(held.grow(50)).isTrue();
        }
    }

    @Test
    void nothingIsTakenInWhileTheHeapIsFull() {
        assertThatCode(memory::check).doesNotThrowAnyException();
        heapIsFull.set(true);

        assertThatThrownBy(memory::check)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> {
                            assertThat(e.problem().status()).isEqualTo(503);
                            assertThat(e.problem().type()).isEqualTo("heap_full");
                            assertThat(e.problem().more()).containsEntry("outcome", "not_accepted");
                        });
    }
}

package dev.sluice.chassis.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    private final List<String> closed = new ArrayList<>();
    private final Lifecycle lifecycle = new Lifecycle("demo");

    @Test
    void partsAreClosedInReverseAndOnce() throws StartException {
        lifecycle.add(() -> part("a"));
        lifecycle.add(() -> part("b"));
        assertThat(lifecycle.state()).isEqualTo(Lifecycle.State.NEW);
        lifecycle.running();
        assertThat(lifecycle.state()).isEqualTo(Lifecycle.State.RUNNING);

        lifecycle.close();
        lifecycle.close();

        assertThat(closed).containsExactly("b", "a");
        assertThat(lifecycle.state()).isEqualTo(Lifecycle.State.CLOSED);
    }

    @Test
    void aPartThatDoesNotStartClosesThoseBeforeIt() throws StartException {
        lifecycle.add(() -> part("a"));

        assertThatThrownBy(() -> lifecycle.add(LifecycleTest::fails))
                .isInstanceOf(StartException.class)
                .hasMessage("demo did not start: no disk");
        assertThat(closed).containsExactly("a");
        assertThat(lifecycle.state()).isEqualTo(Lifecycle.State.CLOSED);
    }

    @Test
    void aReasonMeantForPeopleIsKeptAsItIs() {
        var reason = new StartException("port 1 is taken");

        assertThatThrownBy(
                        () ->
                                lifecycle.add(
                                        () -> {
                                            throw reason;
                                        }))
                .isSameAs(reason);
    }

    @Test
    void aPartThatDoesNotCloseDoesNotKeepTheOthersOpen() throws StartException {
        lifecycle.add(() -> part("a"));
        lifecycle.add(
                () ->
                        () -> {
                            throw new IOException("stuck");
                        });
        lifecycle.running();

        lifecycle.close();

        assertThat(closed).containsExactly("a");
    }

    @Test
    void nothingIsAddedToWhatRuns() {
        lifecycle.running();

        assertThatThrownBy(() -> lifecycle.add(() -> part("late")))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lifecycle::running).isInstanceOf(IllegalStateException.class);
    }

    private AutoCloseable part(String name) {
        return () -> closed.add(name);
    }

    private static AutoCloseable fails() throws IOException {
        throw new IOException("no disk");
    }
}

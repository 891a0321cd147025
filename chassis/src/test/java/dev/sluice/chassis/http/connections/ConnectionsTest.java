package dev.sluice.chassis.http.connections;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chassis.pace.ConnectionPace;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ConnectionsTest {

    private final AtomicLong inUse = new AtomicLong(50);
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void nothingIsAcceptedWhileDescriptorsAreShortAndThenItIsAgain() {
        Connections connections = connections();
        assertThat(connections.hasRoom()).isTrue();

        inUse.set(90); // of 100, none of them a client's
        lookLater(connections);
        assertThat(connections.hasRoom()).isFalse();

        inUse.set(50);
        lookLater(connections);
        assertThat(connections.hasRoom()).isTrue();
    }

    @Test
    void whatIsLeftOfTheDescriptorsIsWhatMayBeAcceptedUntilTheyAreCountedAgain() {
        Connections connections = connections(); // 85 may be used, 50 are

        for (int i = 0; i < 35; i++) {
            assertThat(connections.hasRoom()).isTrue();
            connections.accepting();
        }
        assertThat(connections.hasRoom()).isFalse();

        connections.closed();
        assertThat(connections.hasRoom()).isTrue();
    }

    private void lookLater(Connections connections) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        connections.look();
    }

    private Connections connections() {
        var limits =
                new ConnectionLimits(
                        1_000, 1_000, 1_000, new ConnectionPace.Bounds(1, 1, 1, 1), List.of());
        var descriptors =
                new Descriptors() {
                    @Override
                    public long max() {
                        return 100;
                    }

                    @Override
                    public long open() {
                        return inUse.get();
                    }
                };
        return new Connections(limits, descriptors, nanos::get, why -> {});
    }
}

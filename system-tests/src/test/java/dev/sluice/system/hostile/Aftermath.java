package dev.sluice.system.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Collectors;

/** What must hold after each case: others are served, nothing is left, the log says little. */
final class Aftermath {

    // a line for what happened, and room for what happens besides
    private static final int LINES = 3;
    // idle connections to nodes and services are kept for some seconds
    private static final int SPARE_SOCKETS = 24;
    // connections to services and nodes that others use in turn are idle late
    private static final Duration LET_GO = Duration.ofSeconds(30);
    private static final int SHOWN_LINES = 40;

    private final AttackedSluice sluice;
    private Figures first;

    Aftermath(AttackedSluice sluice) {
        this.sluice = sluice;
        this.first = sluice.figures();
    }

    /** As it was before the first case. */
    Figures first() {
        return first;
    }

    /** What a case has left behind, and failed for, is no fault of the next one. */
    void goOnFromHere() {
        first = sluice.figures();
    }

    /** After one case that is over. */
    void of(String name, Figures before) {
        sluice.servesOthers();
        isFreeWithin(Duration.ofSeconds(5));
        socketsAreBack(SPARE_SOCKETS);
        logs(name, before, LINES);
    }

    /** Slots, waiters and body memory that an attack took are free again within so long. */
    void isFreeWithin(Duration limit) {
        await().pollDelay(Duration.ZERO)
                .atMost(limit)
                .untilAsserted(
                        () -> {
                            var now = sluice.figures();
                            assertThat(now.slots()).as("slots").isLessThanOrEqualTo(first.slots());
                            assertThat(now.waiters())
                                    .as("waiters")
                                    .isLessThanOrEqualTo(first.waiters());
                            assertThat(now.bodyBytes())
                                    .as("bytes of bodies")
                                    .isLessThanOrEqualTo(first.bodyBytes());
                        });
    }

    /** No more sockets than at first, but for so many. */
    void socketsAreBack(int spare) {
        await().pollDelay(Duration.ZERO)
                .atMost(LET_GO)
                .untilAsserted(
                        () ->
                                assertThat(sluice.figures().sockets())
                                        .as("sockets")
                                        .isLessThanOrEqualTo(first.sockets() + spare));
    }

    /** No more lines than so many since then. */
    void logs(String name, Figures before, int atMost) {
        int lines = sluice.figures().logLines() - before.logLines();
        assertThat(lines)
                .as(() -> name + " logged:\n" + lines(before.logLines()))
                .isLessThanOrEqualTo(atMost);
    }

    private String lines(int from) {
        return sluice.log().lines().skip(from).limit(SHOWN_LINES).collect(Collectors.joining("\n"));
    }
}

package dev.sluice.cli.replay;

import dev.sluice.cli.text.Amounts;
import dev.sluice.replay.kafka.ReplayRun;
import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A line on a terminal that says how far a replay has come, how fast it goes, how long it will
 * take, and what it waits for; gone when it is closed.
 */
public final class SendingBar implements AutoCloseable {

    private static final int WIDTH = 110;
    private static final int UPDATE_EVERY_MS = 200;

    private final PrintWriter err;
    private final ProgressBar bar;
    private final ReplayRun run;
    private final Thread looking;

    public SendingBar(PrintWriter err, ReplayRun run) {
        this.err = err;
        this.run = run;
        this.bar =
                new ProgressBarBuilder()
                        .setTaskName("Replaying")
                        .setUnit(" read", 1)
                        .setInitialMax(run.counts().toRead())
                        .startsFrom(run.counts().read(), java.time.Duration.ZERO)
                        .showSpeed()
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_EVERY_MS)
                        .setConsumer(new DelegatingProgressBarConsumer(this::show, WIDTH))
                        .build();
        this.looking = Thread.ofVirtual().name("sending-bar").start(this::look);
    }

    /** Runs the replay while the line is there. */
    public ReplayRun.Ended run() throws InterruptedException {
        return run.run();
    }

    private void look() {
        try {
            while (true) {
                bar.stepTo(run.counts().read());
                String waits = run.waitsFor();
                bar.setExtraMessage(
                        "  "
                                + Amounts.number(run.counts().sent())
                                + " sent"
                                + (waits.isEmpty() ? "" : ", waits for " + waits));
                Thread.sleep(UPDATE_EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    @Override
    public void close() {
        looking.interrupt();
        bar.close();
        show(" ".repeat(WIDTH));
        show("");
    }

    private void show(String line) {
        err.print("\r" + line);
        err.flush();
    }
}

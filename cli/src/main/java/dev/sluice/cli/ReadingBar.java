package dev.sluice.cli;

import dev.sluice.chassis.kafka.ReadProgress;
import java.io.PrintWriter;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on a terminal that says how much of the log is read; gone when it is closed. */
final class ReadingBar implements ReadProgress, AutoCloseable {

    // of a terminal that nobody has made wider
    private static final int WIDTH = 79;
    private static final int UPDATE_EVERY_MS = 200;

    private final PrintWriter err;
    private final ProgressBar bar;

    ReadingBar(PrintWriter err) {
        this.err = err;
        this.bar =
                new ProgressBarBuilder()
                        .setTaskName("Reading the log")
                        .setUnit(" records", 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_EVERY_MS)
                        .setConsumer(new DelegatingProgressBarConsumer(this::show, WIDTH))
                        .build();
    }

    @Override
    public void total(long records) {
        bar.maxHint(records);
    }

    @Override
    public void read(long records) {
        bar.stepBy(records);
    }

    @Override
    public void close() {
        bar.close();
        show(" ".repeat(WIDTH));
        show("");
    }

    private void show(String line) {
        err.print("\r" + line);
        err.flush();
    }
}

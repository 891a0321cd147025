package dev.sluice.cli;

import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;

/** The {@code sluice} command. */
public final class SluiceMain {

    private SluiceMain() {}

    public static void main(String[] args) {
        var process = new ProcessParts(System.getenv(), NanoClock.SYSTEM, InstantSource.system());
        System.exit(SluiceCommand.line(process).execute(args));
    }
}

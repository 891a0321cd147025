package dev.sluice.cli;

import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;

/** The {@code sluice} command. */
public final class SluiceMain {

    private static final String LOG_LEVEL = "SLUICE_LOG_LEVEL";

    // set by the script: Java itself cannot tell of stderr
    private static final String TERMINAL = "sluice.terminal";

    private SluiceMain() {}

    public static void main(String[] args) {
        var process =
                new ProcessParts(
                        System.getenv(),
                        NanoClock.SYSTEM,
                        InstantSource.system(),
                        Boolean.getBoolean(TERMINAL));
        if (!process.environment().containsKey(LOG_LEVEL)) {
            // who types a command reads its output; a service of its own logs more
            System.setProperty(LOG_LEVEL, "WARN");
        }
        System.exit(SluiceCommand.line(process).execute(args));
    }
}

package dev.sluice.cli;

import dev.sluice.chassis.time.NanoClock;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.Map;

/** What one call of the command line in this JVM printed, and its exit code. */
record Sluice(int exitCode, String out, String err) {

    static Sluice run(Map<String, String> environment, String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        var process =
                new ProcessParts(environment, NanoClock.SYSTEM, InstantSource.system(), false);
        int code =
                SluiceCommand.line(process)
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(err))
                        .execute(args);
        return new Sluice(code, out.toString(), err.toString());
    }

    static Sluice run(String... args) {
        return run(Map.of(), args);
    }
}

package dev.sluice.cli;

import dev.sluice.chassis.time.NanoClock;
import java.time.InstantSource;
import java.util.Map;

/**
 * What the commands take from the process that they run in.
 *
 * @param terminal whether stderr is one, so that somebody watches
 */
record ProcessParts(
        Map<String, String> environment, NanoClock nanos, InstantSource wall, boolean terminal) {}

package dev.sluice.chassis.settings;

import java.util.List;

/** Everything that is wrong with the settings, all at once. */
public final class SettingsException extends RuntimeException {

    private final List<String> problems;

    public SettingsException(List<String> problems) {
        super(
                "the settings have %d %s:\n  - %s"
                        .formatted(
                                problems.size(),
                                problems.size() == 1 ? "problem" : "problems",
                                String.join("\n  - ", problems)));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}

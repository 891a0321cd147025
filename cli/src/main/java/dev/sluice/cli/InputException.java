package dev.sluice.cli;

import java.util.List;

/** What a command was given is wrong: nothing was done; the exit code is 2. */
final class InputException extends Exception {

    /** One line each. */
    InputException(List<String> lines) {
        super(String.join("\n", lines));
    }
}

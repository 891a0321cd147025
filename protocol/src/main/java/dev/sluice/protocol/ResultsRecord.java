package dev.sluice.protocol;

/** What a results partition can hold. */
public sealed interface ResultsRecord permits Ending, LedgerSnapshot, Held {}

package dev.sluice.protocol;

import org.jspecify.annotations.Nullable;

/** The headers of one record, asked for by name: for readers that need few of many. */
@FunctionalInterface
public interface HeaderLookup {

    /** The value of the header of this name, or null where there is none. */
    @Nullable String value(String name);
}

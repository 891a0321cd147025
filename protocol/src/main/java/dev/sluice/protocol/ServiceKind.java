package dev.sluice.protocol;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a service is, as it announces itself. */
public enum ServiceKind {
    INGRESS,
    NODE_WORKER,
    MONITOR,
    STATS_AGGREGATOR;

    /** As it stands in the topic and in answers. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}

package dev.sluice.ingress;

import dev.sluice.chassis.settings.Settings;
import dev.sluice.ingress.queue.QueueLimits;
import dev.sluice.protocol.PoolName;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code queue.pools.<pool>.max-bytes} and {@code queue.pools.<pool>.max-drain-seconds}. */
final class PoolLimits {

    private static final String SECTION = "queue.pools.";
    private static final String MAX_BYTES = "-max-bytes";
    private static final String MAX_DRAIN = "-max-drain-seconds";

    private PoolLimits() {}

    static Map<PoolName, QueueLimits> read(Settings settings, QueueLimits byDefault) {
        var limits = new HashMap<PoolName, QueueLimits>();
        settings.section(SECTION)
                .forEach(
                        (key, value) -> {
                            // a variable cannot say where a dot was and where a hyphen
                            String name = key.replace('.', '-');
                            Optional<PoolName> pool = pool(name);
                            Optional<Long> number = number(value);
                            if (pool.isEmpty()) {
                                settings.problem(
                                        SECTION + key,
                                        "must be <pool>.max-bytes or <pool>.max-drain-seconds");
                            } else if (number.isEmpty()) {
                                settings.problem(
                                        SECTION + key,
                                        "must be a whole number above 0, not '" + value + "'");
                            } else {
                                QueueLimits before = limits.getOrDefault(pool.get(), byDefault);
                                limits.put(pool.get(), with(before, name, number.get()));
                                settings.show(SECTION + key, value);
                            }
                        });
        return limits;
    }

    private static QueueLimits with(QueueLimits before, String name, long number) {
        return name.endsWith(MAX_BYTES)
                ? new QueueLimits(number, before.maxDrainSeconds())
                : new QueueLimits(before.maxBytes(), number);
    }

    private static Optional<PoolName> pool(String name) {
        for (String suffix : new String[] {MAX_BYTES, MAX_DRAIN}) {
            if (name.endsWith(suffix)) {
                return PoolName.parse(name.substring(0, name.length() - suffix.length()));
            }
        }
        return Optional.empty();
    }

    private static Optional<Long> number(String text) {
        String digits = text.strip().replace("_", "");
        return digits.matches("[1-9][0-9]{0,17}")
                ? Optional.of(Long.parseLong(digits))
                : Optional.empty();
    }
}

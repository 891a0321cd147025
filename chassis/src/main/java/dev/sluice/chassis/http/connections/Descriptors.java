package dev.sluice.chassis.http.connections;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files and sockets this process may have open, and has. */
final class Descriptors {

    // where the system does not say
    private static final long MANY = 1_000_000;

    private Descriptors() {}

    static long max() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                        && os.getMaxFileDescriptorCount() > 0
                ? os.getMaxFileDescriptorCount()
                : MANY;
    }

    /** Counts them: some milliseconds where there are tens of thousands. */
    static long open() {
        if (!(ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean os)) {
            return 0;
        }
        try {
            return Math.max(0, os.getOpenFileDescriptorCount());
        } catch (InternalError e) {
            return max(); // counting takes one, and there is none
        }
    }
}

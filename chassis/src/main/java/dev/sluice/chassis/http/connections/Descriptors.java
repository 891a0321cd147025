package dev.sluice.chassis.http.connections;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files and sockets a process may have open, and has. */
interface Descriptors {

    /** Those of this process; where the system does not say, there are many. */
    Descriptors SYSTEM =
            new Descriptors() {

                private static final long MANY = 1_000_000;

                @Override
                public long max() {
                    return ManagementFactory.getOperatingSystemMXBean()
                                            instanceof UnixOperatingSystemMXBean os
                                    && os.getMaxFileDescriptorCount() > 0
                            ? os.getMaxFileDescriptorCount()
                            : MANY;
                }

                @Override
                public long open() {
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
            };

    long max();

    /** Counts them: some milliseconds where there are tens of thousands. */
    long open();
}

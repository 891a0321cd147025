package dev.sluice.cli.up;

record Descriptors(long limit) {
    static Descriptors ofThisProcess() {
        var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return system instanceof com.sun.management.UnixOperatingSystemMXBean unix ? new Descriptors(unix.getMaxFileDescriptorCount()) : new Descriptors(65536);
    }
    int brokerConnections() { return (int) Math.min(1000, limit / 4); }
}

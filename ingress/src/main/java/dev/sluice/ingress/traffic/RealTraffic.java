package dev.sluice.ingress.traffic;

import org.jspecify.annotations.Nullable;

/** The rule of what counts as real API traffic, beside the requests that are queued. */
public final class RealTraffic {

    /** The header by which a client says that it only looks whether we are there. */
    public static final String HEARTBEAT_HEADER = "X-Heartbeat";

    private static final String PATHS = "/api/";
    // its handshake is none; each message on it is activity
    private static final String HEARTBEAT_SOCKET = "/api/ws-heartbeat";

    private RealTraffic() {}

    /**
     * Whether a request that is not queued counts.
     *
     * @param path as it was sent
     * @param heartbeat the value of {@value #HEARTBEAT_HEADER}
     */
    public static boolean is(String method, String path, @Nullable String heartbeat) {
        return path.startsWith(PATHS)
                && !path.equals(HEARTBEAT_SOCKET)
                && !method.equals("HEAD")
                && !"true".equalsIgnoreCase(heartbeat);
    }
}

package dev.sluice.chassis.http;

import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.SessionHandler;
import org.eclipse.jetty.session.NullSessionCache;
import org.eclipse.jetty.session.NullSessionDataStore;

/**
 * Sessions that nobody keeps: Javalin makes one for each request that asks for a WebSocket, and
 * whoever sends such requests would fill the heap with them.
 */
final class NoSessions {

    private NoSessions() {}

    /** Instead of those that a server has by itself. */
    static void in(ServletContextHandler context) {
        var sessions = new SessionHandler();
        var cache = new NullSessionCache(sessions);
        cache.setSessionDataStore(new NullSessionDataStore());
        sessions.setSessionCache(cache);
        sessions.setUsingCookies(false);
        context.setSessionHandler(sessions);
    }
}

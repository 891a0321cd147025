package dev.sluice.ingress.broken;

import io.javalin.http.Context;

/** Javalin outside a package named http. */
public abstract class SeesJavalin {
    abstract Context context();
}

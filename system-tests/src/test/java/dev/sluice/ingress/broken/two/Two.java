package dev.sluice.ingress.broken.two;

import dev.sluice.ingress.broken.one.One;

/** The other half of a cycle. */
public abstract class Two {
    abstract One one();
}

package dev.sluice.ingress.broken.one;

import dev.sluice.ingress.broken.two.Two;

/** Half of a cycle. */
public abstract class One {
    abstract Two two();
}

/** The connections of an HTTP server: how many, whose, and how long each may take. */
@NullMarked
package dev.sluice.chassis.http.connections;

import org.jspecify.annotations.NullMarked;

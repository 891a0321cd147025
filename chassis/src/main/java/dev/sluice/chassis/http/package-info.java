/** The HTTP server that every service stands on. */
@NullMarked
package dev.sluice.chassis.http;

import org.jspecify.annotations.NullMarked;

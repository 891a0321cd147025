/** The gatehouse of a pool: tickets in, grants out. Pure: time comes in as an argument. */
@NullMarked
package dev.sluice.worker.gatehouse;

import org.jspecify.annotations.NullMarked;

/**
 * The decisions of replays: which requests are chosen, how fast they go, how far a replay has come.
 * Pure; records and times are arguments.
 */
@NullMarked
package dev.sluice.replay;

import org.jspecify.annotations.NullMarked;

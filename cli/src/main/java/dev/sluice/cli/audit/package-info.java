/**
 * The audit: a fold over requests and results, and what it proves. Pure; records and times are
 * arguments.
 */
@NullMarked
package dev.sluice.cli.audit;

import org.jspecify.annotations.NullMarked;

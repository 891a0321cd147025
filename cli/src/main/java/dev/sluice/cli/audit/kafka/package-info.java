/** Reads what the audit folds: requests, results, checkpoints, nodes. */
@NullMarked
package dev.sluice.cli.audit.kafka;

import org.jspecify.annotations.NullMarked;

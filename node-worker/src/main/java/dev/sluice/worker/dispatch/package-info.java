/** What a worker does with the requests of its shards. Pure: time comes in as an argument. */
@NullMarked
package dev.sluice.worker.dispatch;

import org.jspecify.annotations.NullMarked;

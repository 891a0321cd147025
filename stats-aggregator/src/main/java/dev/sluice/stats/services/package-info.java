/** What the other services say of themselves, asked in rounds that all callers share. */
@NullMarked
package dev.sluice.stats.services;

import org.jspecify.annotations.NullMarked;

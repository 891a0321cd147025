/** The rules of the house, kept by ArchUnit. */
@NullMarked
package dev.sluice.house;

import org.jspecify.annotations.NullMarked;

/** The fakes, clocks and brokers that the tests of all modules stand on. */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;

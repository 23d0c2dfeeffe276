/**
 * Measurements, run by {@code ./hone bench NAME}; never part of the tests.
 *
 * <p>Machines differ and other work disturbs, so what counts is a ratio of two things measured in turn in one run, by
 * their medians. Every measurement is bounded in time, prints a table and writes the same as JSON.
 */
package io.hone.bench;

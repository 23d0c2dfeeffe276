/**
 * Puts the server together: settings and clock for injection, the order of its start and stop, what runs by the clock,
 * health and the pages about the interface. Nobody imports this package.
 */
@NullMarked
package io.hone.server;

import org.jspecify.annotations.NullMarked;

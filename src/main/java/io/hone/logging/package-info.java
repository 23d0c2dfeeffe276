/**
 * Log lines: plain or JSON, written by one thread so that a request never waits for a terminal or a disk.
 *
 * <p>Front door: {@link io.hone.logging.Logs}.
 */
@NullMarked
package io.hone.logging;

import org.jspecify.annotations.NullMarked;

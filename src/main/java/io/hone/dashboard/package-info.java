/**
 * Statistics of sessions as the dashboard shows them, cached until something changes.
 *
 * <p>Nobody imports this package; the counts are {@code io.hone.sessions}'s.
 */
@NullMarked
package io.hone.dashboard;

import org.jspecify.annotations.NullMarked;

/**
 * Optimization sessions: their life, steps, verdicts, counts and search.
 *
 * <p>Front doors: {@link io.hone.sessions.Sessions} to change and read them, {@link io.hone.sessions.SessionStatistics}
 * for the counts kept beside them. News: {@link io.hone.sessions.SessionChanged},
 * {@link io.hone.sessions.StepsRecorded}.
 */
@NullMarked
package io.hone.sessions;

import org.jspecify.annotations.NullMarked;

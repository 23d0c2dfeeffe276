/**
 * What a session has to reach: named sets of criteria, immutable in each version, and the judging by them.
 *
 * <p>Front doors: {@link io.hone.criteria.CriteriaSets} to keep them, {@link io.hone.criteria.Judge} to judge.
 */
@NullMarked
package io.hone.criteria;

import org.jspecify.annotations.NullMarked;

/**
 * Who did what and when: entries written in the transaction of the change they tell of, and only ever appended.
 *
 * <p>Front door: {@link io.hone.audit.Audit}.
 */
@NullMarked
package io.hone.audit;

import org.jspecify.annotations.NullMarked;

/**
 * What a failure message means. Front door: {@link io.hone.failures.Failures}; the rules are data, in
 * {@code failures/rules.yaml}.
 */
@NullMarked
package io.hone.failures;

import org.jspecify.annotations.NullMarked;

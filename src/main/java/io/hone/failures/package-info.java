/**
 * What a failure means and what to do about it. Front door: {@link io.hone.failures.Failures}; the rules are data, in
 * {@code failures/rules.yaml} and the data folder. Who knows how providers are implements
 * {@link io.hone.failures.ProviderHealthSource}.
 */
@NullMarked
package io.hone.failures;

import org.jspecify.annotations.NullMarked;

/**
 * Settings that are changed while the server runs: stored, audited, served.
 *
 * <p>Front door: {@link io.hone.configuration.StoredSettings}. What the settings are is in {@code io.hone.settings}.
 */
@NullMarked
package io.hone.configuration;

import org.jspecify.annotations.NullMarked;

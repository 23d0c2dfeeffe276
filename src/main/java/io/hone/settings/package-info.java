/**
 * What Hone can be told: every setting with its type, range and default, and the value it has now.
 *
 * <p>Front door: {@link io.hone.settings.Settings}. Lowest of the platform packages: it knows nothing of the server, so
 * the launcher reads the same settings before a server exists. Storing and serving them is the business of
 * {@code io.hone.configuration}.
 */
@NullMarked
package io.hone.settings;

import org.jspecify.annotations.NullMarked;

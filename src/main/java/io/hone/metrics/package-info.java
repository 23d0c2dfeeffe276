/**
 * What the server counts and times, and {@code /metrics}.
 *
 * <p>Front doors: {@link io.hone.metrics.Metrics} for meters, {@link io.hone.metrics.Latencies} for percentiles by
 * name, {@link io.hone.metrics.RequestParts} for where a request's time went.
 */
@NullMarked
package io.hone.metrics;

import org.jspecify.annotations.NullMarked;

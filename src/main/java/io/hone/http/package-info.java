/**
 * The HTTP side of the server: the REST application, filters, problems, paging, preconditions and idempotency.
 *
 * <p>Front doors: {@link io.hone.http.ProblemException} to refuse, {@link io.hone.http.Caller} for who asks,
 * {@link io.hone.http.Page} and {@link io.hone.http.QueryParameters} for lists, {@link io.hone.http.Json} for bodies.
 * Platform: it knows no feature.
 */
@NullMarked
package io.hone.http;

import org.jspecify.annotations.NullMarked;

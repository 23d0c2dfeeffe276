/**
 * The HTTP response cache: answers kept as bytes, and the rules that say which.
 *
 * <p>Front doors: {@link io.hone.responses.ResponseCacheFilter} for Hone's own answers, which a rule's time to live
 * rules; {@link io.hone.responses.UpstreamCache} for answers of others, by their {@code Cache-Control} (RFC 9111), with
 * the terms of {@link io.hone.responses.UpstreamRules}; {@link
 * io.hone.responses.CacheRules} for the rules; {@link io.hone.responses.ResponseStore} for what is held.
 */
@NullMarked
package io.hone.responses;

import org.jspecify.annotations.NullMarked;

package io.hone.responses;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are kept and for how long.
 *
 * @param pattern paths it is for
 * @param ttlSeconds how long an answer is fresh; 0 to keep none; null for {@code hone.cache.api-response.ttl-seconds}
 * @param minTtlSeconds shortest time that smart mode may make of it, over 0; null for the time itself
 * @param maxTtlSeconds longest time that smart mode may make of it; null for the time itself
 * @param smart whether smart mode may change anything about it
 * @param methods of GET, HEAD and POST; a GET answers HEAD too
 * @param varyHeaders names of request fields that tell answers apart
 * @param cacheAuthenticated whether answers to callers who are known are kept, and for whom
 * @param cachePost whether answers to POST are kept, by their body
 * @param invalidateOn paths; a successful write to one of them outdates all that this rule holds
 * @param tags words by which what this rule holds is outdated, besides those of what the answer is made of
 * @param staleWhileRevalidateSeconds how long past its time an answer is given while another is made
 * @param staleIfErrorSeconds the same where making another fails
 */
public record CacheRule(
        PathPattern pattern,
        @Nullable Long ttlSeconds,
        @Nullable Long minTtlSeconds,
        @Nullable Long maxTtlSeconds,
        boolean smart,
        List<String> methods,
        List<String> varyHeaders,
        Authenticated cacheAuthenticated,
        boolean cachePost,
        List<PathPattern> invalidateOn,
        List<String> tags,
        long staleWhileRevalidateSeconds,
        long staleIfErrorSeconds) {

    /** For whom an answer to somebody who is known is kept. */
    public enum Authenticated {
        /** For the same account or key. */
        PRIVATE,
        /** For everybody of the same role. */
        SHARED,
        /** For nobody. */
        NO;

        @JsonValue
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public CacheRule {
        methods = List.copyOf(methods);
        varyHeaders = List.copyOf(varyHeaders);
        invalidateOn = List.copyOf(invalidateOn);
        tags = List.copyOf(tags);
    }

    /** The tag of everything that rules with this pattern hold. */
    String ownTag() {
        return "rule:" + pattern;
    }

    /** Whether answers to that method may come from what it holds. */
    boolean covers(String method) {
        return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
    }
}

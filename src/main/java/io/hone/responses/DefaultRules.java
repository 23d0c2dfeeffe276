package io.hone.responses;

import io.hone.responses.CacheRule.Authenticated;
import java.util.List;

/** The rules where neither file nor database has any. */
final class DefaultRules {

    /** In order. */
    static final List<CacheRule> ALL = List.of(
            // Who asks whether traffic may come wants to know about now, not about half a minute ago.
            rule("/health/ready", 0),
            rule("/health{,/live,/started}", 30),
            rule("/metrics", 10),
            new CacheRule(
                    PathPattern.of("/api/v1/dashboard/stats"),
                    60L,
                    15L,
                    180L,
                    true,
                    List.of("GET"),
                    List.of("Accept-Encoding"),
                    Authenticated.SHARED,
                    false,
                    List.of(),
                    List.of("sessions"),
                    0,
                    0),
            // What a model answers, for who asked; by the body.
            new CacheRule(
                    PathPattern.of(
                            "/gateway/**/{chat/completions,completions,embeddings,messages,responses,images/generations}"),
                    1_800L,
                    null,
                    null,
                    false,
                    List.of("POST"),
                    List.of(),
                    Authenticated.PRIVATE,
                    true,
                    List.of(),
                    List.of(),
                    0,
                    // Better an answer of this morning than none.
                    43_200),
            // Before the files: what is below it may end like one of them.
            rule("/api/**", 0),
            rule("/openapi", 3_600, "Accept-Language"),
            rule("/docs{,/}", 3_600, "Accept-Language"),
            rule("/", 86_400, "Accept-Encoding"),
            rule("/**.{css,html,js,json,png,svg,woff2}", 86_400, "Accept-Encoding"));

    private DefaultRules() {}

    private static CacheRule rule(String pattern, long ttlSeconds, String... varyHeaders) {
        return new CacheRule(
                PathPattern.of(pattern),
                ttlSeconds,
                null,
                null,
                true,
                List.of("GET"),
                List.of(varyHeaders),
                Authenticated.SHARED,
                false,
                List.of(),
                List.of(),
                0,
                0);
    }
}

package io.hone.responses;

import io.hone.http.Violations;
import io.hone.responses.CacheRule.Authenticated;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule as people write it; what is left out has the default that {@link #check} names. */
record CacheRuleBody(
        @Nullable String pattern,
        @Nullable Long ttlSeconds,
        @Nullable Long minTtlSeconds,
        @Nullable Long maxTtlSeconds,
        @Nullable Boolean smart,
        @Nullable List<@Nullable String> methods,
        @Nullable List<@Nullable String> varyHeaders,
        @Nullable String cacheAuthenticated,
        @Nullable Boolean cachePost,
        @Nullable List<@Nullable String> invalidateOn,
        @Nullable List<@Nullable String> tags,
        @Nullable Long staleWhileRevalidateSeconds,
        @Nullable Long staleIfErrorSeconds) {

    private static final long LONGEST_SECONDS = 31_536_000;
    private static final int MOST_MEMBERS = 16;
    private static final Set<String> WRITES = Set.of("PUT", "PATCH", "DELETE");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");

    /** Fields that hold secrets: who asks is a part of the key already. */
    private static final Set<String> SECRETS = Set.of("authorization", "cookie", "proxy-authorization");

    /** Behind it are other people's services; a POST to Hone's own interface changes something. */
    private static final String GATEWAY = "/gateway/";

    /** Answers there carry tokens. */
    private static final String AUTH = "/api/v1/auth";

    /**
     * The rule this is. Defaults: smart, the time itself for both bounds, GET, no varying fields, private, no POST, no patterns, no tags, nothing stale.
     *
     * @param pointer where it stands
     * @param found what is wrong is added here
     * @return the rule, which is no good if anything was found
     */
    @Nullable
    CacheRule check(String pointer, Violations found) {
        PathPattern path = pattern(pattern, pointer + "/pattern", found);
        range(ttlSeconds, pointer + "/ttl_seconds", found);
        bounds(pointer, found);
        range(staleWhileRevalidateSeconds, pointer + "/stale_while_revalidate_seconds", found);
        range(staleIfErrorSeconds, pointer + "/stale_if_error_seconds", found);
        Authenticated authenticated = authenticated(pointer + "/cache_authenticated", found);
        List<String> named = words(methods, List.of("GET"), pointer + "/methods", "[A-Z]{1,16}", found);
        methods(named, path, pointer, found);
        List<String> varying =
                words(varyHeaders, List.of(), pointer + "/vary_headers", "[A-Za-z0-9!#$&'+.^_`|~-]{1,64}", found);
        for (int i = 0; i < varying.size(); i++) {
            found.require(
                    !SECRETS.contains(varying.get(i).toLowerCase(Locale.ROOT)),
                    pointer + "/vary_headers/" + i,
                    "holds a secret; who asks is told apart by cache_authenticated");
        }
        List<String> tagged = words(tags, List.of(), pointer + "/tags", "[A-Za-z0-9][A-Za-z0-9:._-]{0,63}", found);
        List<PathPattern> invalidating = patterns(pointer + "/invalidate_on", found);
        if (path == null) {
            return null;
        }
        return new CacheRule(
                path,
                ttlSeconds,
                minTtlSeconds,
                maxTtlSeconds,
                !Boolean.FALSE.equals(smart),
                named,
                varying,
                authenticated,
                Boolean.TRUE.equals(cachePost),
                invalidating,
                tagged,
                staleWhileRevalidateSeconds == null ? 0 : staleWhileRevalidateSeconds,
                staleIfErrorSeconds == null ? 0 : staleIfErrorSeconds);
    }

    /** Bounds that hold the time to live between them, of a rule that keeps something and may be adapted. */
    private void bounds(String pointer, Violations found) {
        String least = pointer + "/min_ttl_seconds";
        String most = pointer + "/max_ttl_seconds";
        range(minTtlSeconds, least, found);
        range(maxTtlSeconds, most, found);
        if (minTtlSeconds == null && maxTtlSeconds == null) {
            return;
        }
        found.require(minTtlSeconds == null || minTtlSeconds != 0, least, "is 0: that would keep nothing");
        found.require(maxTtlSeconds == null || maxTtlSeconds != 0, most, "is 0: that would keep nothing");
        String either = minTtlSeconds == null ? most : least;
        found.require(!Boolean.FALSE.equals(smart), either, "bounds what smart: false rules out");
        found.require(ttlSeconds == null || ttlSeconds != 0, either, "bounds a time of 0, which keeps nothing");
        found.require(
                minTtlSeconds == null || maxTtlSeconds == null || minTtlSeconds <= maxTtlSeconds,
                least,
                "is %d, over max_ttl_seconds".formatted(minTtlSeconds));
        if (ttlSeconds != null && ttlSeconds > 0) {
            found.require(
                    minTtlSeconds == null || minTtlSeconds <= ttlSeconds,
                    least,
                    "is %d, over ttl_seconds".formatted(minTtlSeconds));
            found.require(
                    maxTtlSeconds == null || maxTtlSeconds >= ttlSeconds,
                    most,
                    "is %d, under ttl_seconds".formatted(maxTtlSeconds));
        }
    }

    private void methods(List<String> named, @Nullable PathPattern path, String pointer, Violations found) {
        found.require(
                methods == null || !methods.isEmpty(), pointer + "/methods", "is empty: the rule would match nothing");
        for (int i = 0; i < named.size(); i++) {
            String method = named.get(i);
            String place = pointer + "/methods/" + i;
            if (WRITES.contains(method)) {
                found.add(place, "is %s: a write is never answered from a cache".formatted(method));
            } else if (!METHODS.contains(method)) {
                found.add(place, "is none of GET, HEAD, POST");
            } else if (method.equals("POST") && !Boolean.TRUE.equals(cachePost)) {
                found.add(place, "is POST, which takes cache_post: true");
            }
        }
        if (Boolean.TRUE.equals(cachePost)) {
            found.require(named.contains("POST"), pointer + "/cache_post", "is true but methods do not name POST");
            found.require(
                    path == null || path.toString().startsWith(GATEWAY),
                    pointer + "/cache_post",
                    "is for paths below %s only: a POST to Hone itself changes something".formatted(GATEWAY));
        }
        found.require(
                path == null || !path.toString().startsWith(AUTH),
                pointer + "/pattern",
                "is below %s, whose answers carry tokens and are never kept".formatted(AUTH));
    }

    private Authenticated authenticated(String pointer, Violations found) {
        if (cacheAuthenticated == null) {
            return Authenticated.PRIVATE;
        }
        for (Authenticated choice : Authenticated.values()) {
            if (choice.label().equals(cacheAuthenticated)) {
                return choice;
            }
        }
        found.add(pointer, "is none of private, shared, no");
        return Authenticated.NO;
    }

    private List<PathPattern> patterns(String pointer, Violations found) {
        List<PathPattern> all = new ArrayList<>();
        if (invalidateOn != null) {
            found.require(invalidateOn.size() <= MOST_MEMBERS, pointer, "has more than %d".formatted(MOST_MEMBERS));
            for (int i = 0; i < invalidateOn.size(); i++) {
                PathPattern one = pattern(invalidateOn.get(i), pointer + "/" + i, found);
                if (one != null) {
                    all.add(one);
                }
            }
        }
        return all;
    }

    private static @Nullable PathPattern pattern(@Nullable String text, String pointer, Violations found) {
        if (text == null) {
            found.add(pointer, "is required");
            return null;
        }
        try {
            return PathPattern.of(text);
        } catch (IllegalArgumentException e) {
            found.add(pointer, String.valueOf(e.getMessage()));
            return null;
        }
    }

    private static void range(@Nullable Long seconds, String pointer, Violations found) {
        found.require(
                seconds == null || (seconds >= 0 && seconds <= LONGEST_SECONDS),
                pointer,
                "is %d, not 0 to %d".formatted(seconds, LONGEST_SECONDS));
    }

    private static List<String> words(
            @Nullable List<@Nullable String> words,
            List<String> otherwise,
            String pointer,
            String form,
            Violations found) {
        if (words == null) {
            return otherwise;
        }
        found.require(words.size() <= MOST_MEMBERS, pointer, "has more than %d".formatted(MOST_MEMBERS));
        List<String> all = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word == null || !word.matches(form)) {
                found.add(pointer + "/" + i, "is not of the form " + form);
            } else if (all.contains(word)) {
                found.add(pointer + "/" + i, "is there twice");
            } else {
                all.add(word);
            }
        }
        return all;
    }
}

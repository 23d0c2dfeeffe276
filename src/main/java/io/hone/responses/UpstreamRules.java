package io.hone.responses;

import io.hone.cache.Epochs;
import io.hone.responses.CacheRule.Authenticated;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * By which terms answers of providers are kept. Without a rule they live by what they say, for who asked alone; a rule may
 * share them, forbid them, and say how long they live where they do not. Thread-safe.
 */
@Singleton
public class UpstreamRules {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    private final CacheRules rules;
    private final Settings settings;
    private final Epochs epochs;

    @Inject
    UpstreamRules(CacheRules rules, Settings settings, Epochs epochs) {
        this.rules = rules;
        this.settings = settings;
        this.epochs = epochs;
    }

    /**
     * The terms for a request.
     *
     * @param provider name
     * @param edition changes with everything that lets the same address mean something else
     * @param uri of the provider that is asked
     */
    public Terms of(HttpServletRequest request, String provider, String edition, String uri) {
        String path = Lookups.path(request);
        CacheRule rule = rules.find(path, request.getMethod());
        long usual = settings.get(SettingsCatalogue.RESPONSE_TTL);
        String caller = Lookups.caller(request, path, rule == null ? Authenticated.PRIVATE : rule.cacheAuthenticated());
        Long told = rule == null ? null : rule.ttlSeconds();
        List<String> parts = new ArrayList<>();
        parts.add(provider);
        parts.add(edition);
        parts.add(String.valueOf(caller));
        if (rule != null) {
            for (String name : rule.varyHeaders()) {
                parts.add(String.valueOf(request.getHeader(name)));
            }
        }
        List<String> tags = Terms.tags(provider, uri, rule);
        Terms terms = new Terms(
                null,
                false,
                CacheKeys.ofUpstream(uri, parts),
                provider,
                path,
                rule,
                rule == null ? -1 : TimeUnit.SECONDS.toMillis(told == null ? usual : told),
                tags,
                epochs.of(tags),
                SAFE.contains(request.getMethod()) ? List.of() : rules.outdatedBy(path));
        if (usual == 0) {
            return terms.past("off");
        }
        return caller == null || (told != null && told == 0) ? terms.past("by-rule") : terms;
    }
}

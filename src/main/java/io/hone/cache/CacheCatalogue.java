package io.hone.cache;

import io.hone.cache.CacheDefinition.Bound;
import io.hone.cache.CacheDefinition.Refresh;
import io.hone.cache.CacheDefinition.Tier;
import io.hone.settings.SettingsCatalogue;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every cache there is. */
public final class CacheCatalogue {

    /** Names for the annotations, which take constants only. */
    public static final String DASHBOARD_STATS = "dashboard.stats";

    public static final String CONFIGURATION = "configuration";

    public static final String TOKEN_VALIDATION = "token.validation";

    public static final String USER_SESSION = "user.session";

    public static final String PROVIDER_UPSTREAM = "provider.upstream";

    public static final String FAILURE_ANALYSIS = "failure.analysis";

    public static final String FAILURE_EXPLANATION = "failure.explanation";

    public static final String BUDGET_STATUS = "budget.status";

    public static final String BUDGET_HISTORY = "budget.history";

    public static final String PROVIDER_HEALTH = "provider.health";

    public static final String SESSION_PROJECT = "session.project";

    public static final String LLM_RESPONSE = "llm.response";

    private static final Set<Tier> HEAP_AND_DATABASE = Set.of(Tier.L1, Tier.DURABLE);
    private static final Set<Tier> HEAP = Set.of(Tier.L1);
    private static final Set<Tier> HEAP_AND_GRID = Set.of(Tier.L1, Tier.L2);

    /** The catalogue: name, tiers, time to live, bound, sensitive, refresh, verified, tags, target, what and by whom. */
    public static final List<CacheDefinition> ALL = List.of(
            new CacheDefinition(
                    DASHBOARD_STATS,
                    HEAP_AND_GRID,
                    SettingsCatalogue.DASHBOARD_TTL,
                    Bound.entries(100),
                    false,
                    Refresh.EARLY,
                    true,
                    List.of(Tags.SESSIONS),
                    0.5,
                    "Dashboard statistics by window and project; outdated by every change of a session."),
            new CacheDefinition(
                    CONFIGURATION,
                    HEAP_AND_GRID,
                    SettingsCatalogue.CONFIGURATION_TTL,
                    Bound.entries(1_000),
                    false,
                    Refresh.EARLY,
                    true,
                    List.of(Tags.CONFIGURATION),
                    0.8,
                    "Criteria, stored settings and providers without their secrets; outdated by every change of them."),
            new CacheDefinition(
                    TOKEN_VALIDATION,
                    HEAP,
                    SettingsCatalogue.TOKEN_VALIDATION_TTL,
                    Bound.entries(5_000),
                    true,
                    Refresh.NONE,
                    false,
                    List.of(Tags.ACCESS),
                    0.8,
                    "Whom a token or key belongs to, by its digest; outdated by every change of access."),
            new CacheDefinition(
                    USER_SESSION,
                    HEAP,
                    SettingsCatalogue.USER_SESSION_TTL,
                    Bound.entries(10_000),
                    true,
                    Refresh.NONE,
                    false,
                    List.of(Tags.ACCESS),
                    0.8,
                    "The account behind a sign-in; outdated by every change of access."),
            new CacheDefinition(
                    PROVIDER_UPSTREAM,
                    HEAP,
                    SettingsCatalogue.CONFIGURATION_TTL,
                    Bound.entries(1_000),
                    true,
                    Refresh.NONE,
                    false,
                    List.of(Tags.CONFIGURATION),
                    0.8,
                    "Providers with their secrets, for the gateway; outdated by every change of a provider."),
            new CacheDefinition(
                    FAILURE_ANALYSIS,
                    // An analysis costs about as much as a read of the grid, and its keys are the words of messages.
                    HEAP,
                    SettingsCatalogue.FAILURE_ANALYSIS_TTL,
                    Bound.entries(2_000),
                    true,
                    Refresh.NONE,
                    // Made of its key and nothing else: a load could not differ.
                    false,
                    List.of(),
                    0.5,
                    "Guidance by what a failure message says but for numbers, ids and secrets; half as long where it may"
                            + " pass. Rules change with a restart only, and the health of a provider is a part of the key."),
            new CacheDefinition(
                    FAILURE_EXPLANATION,
                    HEAP_AND_DATABASE,
                    SettingsCatalogue.FAILURE_EXPLANATION_TTL,
                    Bound.entries(1_000),
                    // Its keys are digests.
                    false,
                    Refresh.NONE,
                    false,
                    List.of(),
                    0.2,
                    "What a model said of a failure that no rule knows; provider, its version and the model are part of the"
                            + " key."),
            new CacheDefinition(
                    BUDGET_STATUS,
                    HEAP,
                    SettingsCatalogue.BUDGET_STATUS_TTL,
                    Bound.entries(10_000),
                    false,
                    Refresh.NONE,
                    false,
                    List.of(Tags.CONFIGURATION),
                    0.5,
                    "What is left of a budget; removed by every call that reserves or spends of it."),
            new CacheDefinition(
                    BUDGET_HISTORY,
                    HEAP,
                    SettingsCatalogue.BUDGET_HISTORY_TTL,
                    Bound.entries(1_000),
                    false,
                    Refresh.NONE,
                    false,
                    List.of(Tags.CONFIGURATION),
                    0.5,
                    "What became of a budget's money, up to its time to live old; outdated by changes of budgets."),
            new CacheDefinition(
                    PROVIDER_HEALTH,
                    HEAP,
                    SettingsCatalogue.PROVIDER_HEALTH_TTL,
                    Bound.entries(1_000),
                    false,
                    Refresh.NONE,
                    // Calls are counted all the time: a load would differ, and be no better.
                    false,
                    List.of(),
                    0.2,
                    "How providers are; a change of that outdates it at once."),
            new CacheDefinition(
                    SESSION_PROJECT,
                    HEAP,
                    SettingsCatalogue.CONFIGURATION_TTL,
                    Bound.entries(10_000),
                    false,
                    Refresh.NONE,
                    true,
                    List.of(),
                    0.8,
                    "Projects of the sessions that calls to providers are for; removed by every change of the session."),
            new CacheDefinition(
                    LLM_RESPONSE,
                    HEAP_AND_DATABASE,
                    SettingsCatalogue.LLM_RESPONSE_TTL,
                    new Bound(256L * 1_024 * 1_024, true),
                    false,
                    Refresh.NONE,
                    false,
                    List.of(),
                    0.2,
                    "Answers of providers, by rule; outdated by changes of the provider, which are part of the key."));

    private CacheCatalogue() {}

    /** The cache of that name; empty if there is none. */
    public static Optional<CacheDefinition> find(String name) {
        return ALL.stream().filter(cache -> cache.name().equals(name)).findFirst();
    }
}

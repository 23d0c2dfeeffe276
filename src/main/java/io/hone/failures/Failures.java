package io.hone.failures;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TieredCache;
import io.hone.criteria.Technique;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What failures mean: sorts their messages into categories by rules and tells what to do. Answers are cached; neither their
 * keys nor they hold what a message says but for its words. Thread-safe.
 */
@Singleton
public class Failures {

    /** Category of what no rule knows. */
    public static final String UNKNOWN = "unknown";

    /** Category of a session whose job went silent. */
    public static final String ABANDONED = "abandoned";

    /** In the data folder; its rules go before those of the program. */
    static final String FILE = "failure-rules.yaml";

    /** Longer texts are found by their digest, so that the bound of entries is one of memory too. */
    private static final int LONGEST_KEY = 1_000;

    private final Settings settings;
    private final ProviderHealthSource health;
    private final TieredCache<Guidance> cache;

    private volatile @Nullable FailureRules rules;

    @Inject
    public Failures(Settings settings, Caches caches, Instance<ProviderHealthSource> health) {
        this(settings, caches, provider -> health.isResolvable() ? health.get().health(provider) : Optional.empty());
    }

    /** For who knows how providers are, or that nobody does. */
    public Failures(Settings settings, Caches caches, ProviderHealthSource health) {
        this.settings = settings;
        this.health = health;
        cache = caches.open(CacheCatalogue.FAILURE_ANALYSIS, this::shorter, Object::equals);
    }

    /**
     * Reads the file in the data folder, at start. Without one, the rules of the program are read when the first failure is
     * analysed.
     *
     * @throws io.hone.database.StartException if it cannot be used
     */
    public void load() {
        Path file = Path.of(settings.get(SettingsCatalogue.DATA_DIR)).resolve(FILE);
        if (Files.exists(file)) {
            rules = FailureRules.of(file, FailureRules.builtIn());
        }
    }

    /** What a failure means and what to do about it. The report is to be checked before. */
    public Guidance analyze(FailureReport report) {
        return analyze(
                Objects.requireNonNull(report.message()), report.provider(), report.status(), report.technique());
    }

    /**
     * What a failure means and what to do about it.
     *
     * @param message in the words of what failed; may be empty
     * @param provider who was called, or null
     * @param status HTTP status that was answered, or null
     * @param technique what the job was about, or null
     */
    public Guidance analyze(
            String message, @Nullable String provider, @Nullable Integer status, @Nullable Technique technique) {
        String named = provider == null ? null : provider.strip().toLowerCase(Locale.ROOT);
        ProviderHealth known = named == null ? null : health.health(named).orElse(null);
        String text = MessageText.of(message);
        Supplier<Guidance> decide = () -> decide(text, named, status, technique, known);
        return told(cache.get(
                CacheKey.of(text.length() <= LONGEST_KEY ? text : digest(text), named, status, technique, known),
                decide));
    }

    /**
     * The message as it may leave Hone: as rules see it, so without numbers, ids and paths, and with everything more left out
     * that looks like a secret or says who somebody is. At most twice the 8,000 characters that are looked at.
     */
    public static String shareable(String message) {
        return SharedText.of(message);
    }

    /** What depends on settings and so is in no cache. */
    private Guidance told(Guidance guidance) {
        boolean explainable = guidance.category().equals(UNKNOWN)
                && !settings.get(SettingsCatalogue.EXPLAIN_PROVIDER).isEmpty()
                && !settings.get(SettingsCatalogue.EXPLAIN_MODEL).isEmpty();
        return explainable ? guidance.withModel() : guidance;
    }

    /**
     * The guidance for a failure that was sorted before: that of its message, where it still falls into the same category,
     * else that of the category.
     */
    public Guidance guidance(String message, String category, @Nullable Technique technique) {
        Guidance now = analyze(message, null, null, technique);
        if (now.category().equals(category) || !rules().categories().contains(category)) {
            return now;
        }
        return told(rules().guidance(category, null, technique, null));
    }

    /** An analysis that no cache answers. */
    Guidance decide(
            String text,
            @Nullable String provider,
            @Nullable Integer status,
            @Nullable Technique technique,
            @Nullable ProviderHealth known) {
        FailureRule rule = rules().find(text, provider, status, technique);
        return rules().guidance(rule == null ? UNKNOWN : rule.category(), rule, technique, known);
    }

    /** What may pass by itself is asked again sooner. */
    private @Nullable Duration shorter(Guidance guidance) {
        return rules().isStable(guidance.category())
                ? null
                : settings.duration(SettingsCatalogue.FAILURE_ANALYSIS_TTL).dividedBy(2);
    }

    /** The rules; read by the first who asks. Two who do at once read the same. */
    FailureRules rules() {
        FailureRules known = rules;
        if (known == null) {
            known = FailureRules.builtIn();
            rules = known;
        }
        return known;
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}

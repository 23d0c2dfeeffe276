package io.hone.responses;

import io.hone.audit.Audit;
import io.hone.database.Database;
import io.hone.database.StartException;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.HoneApplication;
import io.hone.http.Json;
import io.hone.http.ProblemException;
import io.hone.responses.CacheRuleRepository.Stored;
import io.hone.responses.CacheRuleSet.Source;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The rules in force: stored ones, else those of the file, else the defaults. Thread-safe. */
@Singleton
public class CacheRules {

    /** In the data folder; used where nothing is stored. */
    static final String FILE = "cache-rules.yaml";

    private static final Logger LOG = LoggerFactory.getLogger(CacheRules.class);
    private static final long LARGEST_FILE = 1 << 20;

    private final CacheRuleRepository repository;
    private final Database database;
    private final Audit audit;
    private final Events events;
    private final Settings settings;
    private final Clock clock;

    private volatile CacheRuleSet current = CacheRuleSet.initial(Source.DEFAULT, DefaultRules.ALL);

    @Inject
    public CacheRules(
            CacheRuleRepository repository,
            Database database,
            Audit audit,
            Events events,
            Settings settings,
            Clock clock) {
        this.repository = repository;
        this.database = database;
        this.audit = audit;
        this.events = events;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Finds out what is in force, at start.
     *
     * @throws StartException if the file is used and is no list of rules that work
     */
    public void load() {
        Path file = Path.of(settings.get(SettingsCatalogue.DATA_DIR)).resolve(FILE);
        Optional<Stored> stored = repository.find();
        if (stored.isPresent()) {
            current = set(stored.get());
            if (Files.exists(file)) {
                LOG.info("{} is not used: rules were stored through the interface since", FILE);
            }
        } else if (Files.exists(file)) {
            current = CacheRuleSet.initial(Source.FILE, read(file));
        }
    }

    /** What is in force. */
    public CacheRuleSet current() {
        return current;
    }

    /**
     * The first rule for that path and method; null where there is none. What providers answer is a matter of the rules
     * whose pattern begins where they are: one for all files of a kind means those of Hone.
     */
    public @Nullable CacheRule find(String path, String method) {
        boolean provider = path.startsWith(HoneApplication.GATEWAY);
        for (CacheRule rule : current().rules()) {
            if (provider && !rule.pattern().toString().startsWith(HoneApplication.GATEWAY)) {
                continue;
            }
            if (rule.covers(method) && rule.pattern().matches(path)) {
                return rule;
            }
        }
        return null;
    }

    /** Tags of the rules whose answers a write to that path outdates. */
    List<String> outdatedBy(String path) {
        List<String> tags = new ArrayList<>(0);
        for (CacheRule rule : current().rules()) {
            for (PathPattern pattern : rule.invalidateOn()) {
                if (pattern.matches(path)) {
                    tags.add(rule.ownTag());
                }
            }
        }
        return tags;
    }

    /**
     * Replaces all rules.
     *
     * @param condition {@code If-Match}, or null
     * @throws ProblemException 412, or 422 naming each place that cannot work
     */
    public CacheRuleSet put(Caller caller, CacheRulesBody body, @Nullable String condition) {
        List<CacheRule> rules = body.check();
        synchronized (this) {
            // One at a time, so that what is in force is what was stored last.
            CacheRuleSet changed = database.write(transaction -> {
                CacheRuleSet before =
                        repository.find(transaction).map(CacheRules::set).orElse(current);
                EntityTags.check(condition, before.tag());
                Instant now = Instant.ofEpochMilli(clock.millis());
                long version = before.version() + 1;
                repository.put(transaction, version, body, now, caller.name());
                audit.write(
                        transaction,
                        caller,
                        "cache_rules.changed",
                        "cache_rules",
                        "cache-rules",
                        Map.of("version", version, "old", before.rules(), "new", rules));
                return new CacheRuleSet(version, Source.STORED, now, caller.name(), rules);
            });
            current = changed;
            events.fire(new CacheRulesChanged(changed.version()));
            return changed;
        }
    }

    private static CacheRuleSet set(Stored stored) {
        try {
            return new CacheRuleSet(
                    stored.version(),
                    Source.STORED,
                    stored.updatedAt(),
                    stored.updatedBy(),
                    Json.read(stored.rules(), CacheRulesBody.class).check());
        } catch (ProblemException e) {
            throw new StartException(
                    "The stored cache rules are not understood by this version of Hone: " + e.detail());
        }
    }

    private static List<CacheRule> read(Path file) {
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw new StartException("%s is larger than %d bytes".formatted(file, LARGEST_FILE));
            }
            return CacheRulesBody.ofYaml(Files.readAllBytes(file)).check();
        } catch (ProblemException e) {
            throw new StartException("%s cannot be used: %s".formatted(file, e.detail()));
        } catch (IOException e) {
            throw new StartException("%s cannot be read: %s"
                    .formatted(
                            file,
                            String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
        }
    }
}

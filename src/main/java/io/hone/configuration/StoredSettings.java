package io.hone.configuration;

import io.hone.audit.Audit;
import io.hone.cache.Caches;
import io.hone.cache.Tags;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.http.ProblemException;
import io.hone.settings.InvalidSettingException;
import io.hone.settings.Setting;
import io.hone.settings.SettingSource.Origin;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settings that people change while the server runs. A stored value wins over all others. Thread-safe. */
@Singleton
public class StoredSettings {

    private static final Logger LOG = LoggerFactory.getLogger(StoredSettings.class);

    private final Settings settings;
    private final SettingRepository repository;
    private final Database database;
    private final Audit audit;
    private final Caches caches;
    private final Events events;

    @Inject
    public StoredSettings(
            Settings settings,
            SettingRepository repository,
            Database database,
            Audit audit,
            Caches caches,
            Events events) {
        this.settings = settings;
        this.repository = repository;
        this.database = database;
        this.audit = audit;
        this.caches = caches;
        this.events = events;
    }

    /**
     * Takes over what is stored, at start.
     *
     * @throws InvalidSettingException if this version of Hone does not allow a stored value
     */
    public void load() {
        stored().forEach((key, value) -> {
            Setting<?> setting = SettingsCatalogue.find(key).orElse(null);
            if (setting == null) {
                // Left by another version; that version may come back.
                LOG.warn("The stored setting {} is unknown to this version and not used", key);
            } else {
                settings.store(setting, value);
            }
        });
    }

    /** Every setting, in the order of the catalogue. */
    public List<SettingView> list() {
        Map<String, String> stored = stored();
        return SettingsCatalogue.ALL.stream()
                .map(setting -> view(setting, stored))
                .toList();
    }

    /**
     * One setting.
     *
     * @throws ProblemException 404 naming the nearest key
     */
    public SettingView find(String key) {
        return view(known(key), stored());
    }

    /**
     * Stores a value.
     *
     * @throws ProblemException 422 for an unknown key, a value out of range, or a setting that is fixed at start
     */
    public SettingView put(Caller caller, String key, Object value) {
        Setting<?> setting = SettingsCatalogue.find(key).orElse(null);
        if (setting == null) {
            throw ProblemException.invalid(
                    "/key", SettingsCatalogue.unknown(key).getMessage() + "");
        }
        String raw = value.toString();
        try {
            setting.parse(raw);
        } catch (InvalidSettingException e) {
            throw ProblemException.invalid("/value", e.getMessage() + "");
        }
        requireEditable(setting);
        return change(caller, setting, raw);
    }

    /**
     * Forgets a stored value: what the process was started with holds again.
     *
     * @throws ProblemException 404 for an unknown key
     */
    public SettingView remove(Caller caller, String key) {
        Setting<?> setting = known(key);
        requireEditable(setting);
        return change(caller, setting, null);
    }

    /** One at a time, so that what is in force is what was stored last. */
    private synchronized SettingView change(Caller caller, Setting<?> setting, @Nullable String raw) {
        database.write(transaction -> {
            if (raw == null) {
                repository.remove(transaction, setting.key());
            } else {
                repository.put(transaction, setting.key(), raw, caller.name());
            }
            Map<String, @Nullable Object> detail = new LinkedHashMap<>();
            detail.put("old", setting.secret() ? null : settings.get(setting));
            detail.put("new", setting.secret() ? null : raw);
            audit.write(
                    transaction,
                    caller,
                    raw == null ? "setting.reset" : "setting.changed",
                    "setting",
                    setting.key(),
                    detail);
            return setting.key();
        });
        settings.store(setting, raw);
        caches.invalidate(Tags.CONFIGURATION);
        caches.timeToLiveChanged(setting);
        events.fire(new SettingChanged(setting.key()));
        return find(setting.key());
    }

    private Map<String, String> stored() {
        return repository.findAll("settings");
    }

    private SettingView view(Setting<?> setting, Map<String, String> stored) {
        String raw = stored.get(setting.key());
        return SettingView.of(
                raw == null ? settings.value(setting) : new Settings.Value(setting, setting.parse(raw), Origin.STORED));
    }

    private static Setting<?> known(String key) {
        return SettingsCatalogue.find(key)
                .orElseThrow(() -> ProblemException.notFound(
                        "setting",
                        "%s. %s".formatted(key, SettingsCatalogue.unknown(key).getMessage())));
    }

    private static void requireEditable(Setting<?> setting) {
        if (!setting.editable()) {
            throw ProblemException.invalid(
                    "/key",
                    "%s is fixed at start: set it in hone.properties or as %s"
                            .formatted(setting.key(), setting.environmentName()));
        }
    }
}

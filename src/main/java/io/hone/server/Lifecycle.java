package io.hone.server;

import io.hone.auth.Keys;
import io.hone.cache.Grid;
import io.hone.cache.Warming;
import io.hone.configuration.StoredSettings;
import io.hone.database.StartException;
import io.hone.failures.Failures;
import io.hone.gateway.Budgets;
import io.hone.gateway.Calls;
import io.hone.http.Draining;
import io.hone.logging.Logs;
import io.hone.responses.CacheRules;
import io.hone.sessions.SessionStatistics;
import io.hone.settings.InvalidSettingException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.BeforeDestroyed;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The order in which the server starts and stops. */
@Dependent
class Lifecycle {

    private static final Logger LOG = Logger.getLogger(Lifecycle.class.getName());

    /** Set by the launcher: a failed start ends the process, since nothing else runs in it. */
    static final String STANDALONE = "io.hone.standalone";

    /** Where the launcher, behind another class loader, finds what to call before it ends the process. */
    private static final String DRAIN = "io.hone.drain";

    /** Longest wait for running requests; the whole stop has to end within ten seconds. */
    private static final Duration DRAINING = Duration.ofSeconds(6);

    /** Reservations settled before the server answers; the schedule settles further ones. */
    private static final int MOST_EXPIRED = 10_000;

    private final Instance<Logs> logs;
    private final Instance<Grid> grid;
    private final Instance<StoredSettings> settings;
    private final Instance<CacheRules> cacheRules;
    private final Instance<Failures> failures;
    private final Instance<SessionStatistics> statistics;
    private final Instance<FirstSignIn> firstSignIn;
    private final Instance<Keys> keys;
    private final Instance<Budgets> budgets;
    private final Instance<Calls> calls;
    private final Instance<Schedule> schedule;
    private final Instance<Warming> warming;
    private final Instance<Draining> draining;

    @Inject
    Lifecycle(
            Instance<Logs> logs,
            Instance<Grid> grid,
            Instance<StoredSettings> settings,
            Instance<CacheRules> cacheRules,
            Instance<Failures> failures,
            Instance<SessionStatistics> statistics,
            Instance<FirstSignIn> firstSignIn,
            Instance<Keys> keys,
            Instance<Budgets> budgets,
            Instance<Calls> calls,
            Instance<Schedule> schedule,
            Instance<Warming> warming,
            Instance<Draining> draining) {
        this.logs = logs;
        this.grid = grid;
        this.settings = settings;
        this.cacheRules = cacheRules;
        this.failures = failures;
        this.statistics = statistics;
        this.firstSignIn = firstSignIn;
        this.keys = keys;
        this.budgets = budgets;
        this.calls = calls;
        this.schedule = schedule;
        this.warming = warming;
        this.draining = draining;
    }

    void start(@Observes @Initialized(ApplicationScoped.class) Object context) {
        try {
            logs.get();
            grid.get().prepare();
            settings.get().load();
            cacheRules.get().load();
            failures.get().load();
            if (statistics.get().countIfUncounted()) {
                LOG.info("Counted all sessions for the dashboard: the database comes from an earlier Hone");
            }
            firstSignIn.get().prepare();
            int expired = budgets.get().expire(MOST_EXPIRED);
            if (expired > 0) {
                LOG.info("Settled %d calls that were under way when the server stopped".formatted(expired));
            }
            schedule.get().start();
            warming.get().start();
            Draining requests = draining.get();
            Runnable drain = () -> requests.drain(DRAINING);
            System.getProperties().put(DRAIN, drain);
        } catch (RuntimeException e) {
            String reason = reason(e);
            if (reason == null) {
                throw e;
            }
            if (Boolean.getBoolean(STANDALONE)) {
                System.err.println("Hone cannot start: " + reason);
                // Not exit(): the server's shutdown hooks would wait for the deployment that is under way here.
                Runtime.getRuntime().halt(1);
            }
            throw new IllegalStateException("Hone cannot start: " + reason, e);
        }
    }

    void stop(@Observes @BeforeDestroyed(ApplicationScoped.class) Object context) {
        draining.get().drain(DRAINING);
        keys.get().storeUses();
        warming.get().stop();
        warming.get().store();
        calls.get().storeHits();
    }

    /** The line for the person who starts the server; null where only the stack trace can tell. */
    private static @Nullable String reason(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StartException || cause instanceof InvalidSettingException) {
                return cause.getMessage();
            }
        }
        return null;
    }
}

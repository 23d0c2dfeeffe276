package io.hone.live;

import io.hone.auth.Access;
import io.hone.auth.AccessChanged;
import io.hone.auth.Identity;
import io.hone.cache.CacheReport;
import io.hone.configuration.SettingChanged;
import io.hone.criteria.CriteriaChanged;
import io.hone.gateway.BudgetChanged;
import io.hone.gateway.BudgetWarned;
import io.hone.gateway.BudgetsSpent;
import io.hone.gateway.ProviderChanged;
import io.hone.gateway.ProviderHealthChanged;
import io.hone.http.Json;
import io.hone.sessions.Session;
import io.hone.sessions.SessionChanged;
import io.hone.sessions.SessionPurged;
import io.hone.sessions.SessionsImported;
import io.hone.sessions.StepsRecorded;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells live clients what happens. What features tell is put into one queue and sent by one thread, so a request that
 * changes something never waits for a client. Bursts are merged: a session's metrics go out at most ten times a second,
 * the dashboard's news and what was spent of budgets once a second, what the caches did every other second. Thread-safe.
 */
@Singleton
class Live {

    private static final Logger LOG = LoggerFactory.getLogger(Live.class);

    private static final long METRICS_PAUSE_MS = 100;
    private static final long DASHBOARD_PAUSE_MS = 1_000;
    private static final long BUDGETS_PAUSE_MS = 1_000;
    private static final long CACHES_PAUSE_MS = 2_000;

    private final EventLog log;
    private final Predicate<Identity> holds;
    private final Settings settings;
    private final Set<LiveConnection> connections = ConcurrentHashMap.newKeySet();
    private final Map<Object, MetricsNews> pendingMetrics = new ConcurrentHashMap<>();
    private final AtomicBoolean dashboardPending = new AtomicBoolean();
    private final Set<UUID> spentBudgets = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean spentPending = new AtomicBoolean();
    private final CacheNews cacheNews;
    private final ScheduledExecutorService pauses;
    /** Asking the data grid may take a moment that nobody else's news should wait for. */
    private final ScheduledExecutorService cacheReader;

    private final ExecutorService dispatcher;

    @Inject
    Live(Settings settings, Access access, CacheReport caches, Clock clock) {
        this(settings, access::holds, () -> CacheNews.State.of(caches), clock);
    }

    /**
     * Without its surroundings.
     *
     * @param holds whether the access behind a connection still holds
     * @param caches how they are now
     */
    Live(Settings settings, Predicate<Identity> holds, Supplier<CacheNews.State> caches, Clock clock) {
        this.holds = holds;
        cacheNews = new CacheNews(caches, clock);
        this.settings = settings;
        log = new EventLog(clock);
        dispatcher = Executors.newSingleThreadExecutor(task -> daemon(task, "hone-live"));
        pauses = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "hone-live-pauses"));
        long heartbeat = settings.get(SettingsCatalogue.LIVE_HEARTBEAT);
        pauses.scheduleAtFixedRate(this::beat, heartbeat, heartbeat, TimeUnit.SECONDS);
        cacheReader = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "hone-live-caches"));
        cacheReader.scheduleWithFixedDelay(this::tellOfCaches, CACHES_PAUSE_MS, CACHES_PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    void add(LiveConnection connection) {
        connections.add(connection);
        send(connection, message("hello", Map.of("heartbeat_seconds", settings.get(SettingsCatalogue.LIVE_HEARTBEAT))));
    }

    void remove(LiveConnection connection) {
        connections.remove(connection);
        connection.close();
    }

    int connections() {
        return connections.size();
    }

    /**
     * Subscribes, and sends what was missed since a number.
     *
     * @param lastSeq number of the last event the client saw; negative for none
     */
    void subscribe(LiveConnection connection, List<String> topics, long lastSeq) {
        // On the dispatcher, where no event can slip between what was missed and what comes.
        dispatch(() -> {
            connection.subscribe(topics);
            if (topics.contains(Topics.CACHES)) {
                cacheNews.tellAll();
            }
            List<LiveEvent> missed = lastSeq < 0 ? null : log.since(lastSeq, Set.copyOf(topics));
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("topics", topics);
            members.put("resumed", missed != null);
            connection.send(message("subscribed", members), log.lastSeq());
            if (missed != null) {
                missed.forEach(connection::offer);
            }
        });
    }

    void sessionChanged(@Observes SessionChanged event) {
        Session session = event.session();
        String name = "session." + event.kind().name().toLowerCase(Locale.ROOT);
        publish(Topics.SESSIONS, name, session);
        publish(Topics.session(session.id()), name, session);
        publishDashboard();
    }

    void sessionPurged(@Observes SessionPurged event) {
        publish(Topics.SESSIONS, "session.purged", event);
        publish(Topics.session(event.id()), "session.purged", event);
    }

    void sessionsImported(@Observes SessionsImported event) {
        publish(Topics.SESSIONS, "sessions.imported", event);
        publishDashboard();
    }

    void stepsRecorded(@Observes StepsRecorded event) {
        Object id = event.session().id();
        MetricsNews news = MetricsNews.of(event.session(), event.steps());
        AtomicBoolean first = new AtomicBoolean();
        pendingMetrics.compute(id, (key, pending) -> {
            first.set(pending == null);
            return pending == null ? news : pending.plus(news);
        });
        if (first.get()) {
            pause(() -> flushMetrics(id), METRICS_PAUSE_MS);
        }
        publishDashboard();
    }

    void criteriaChanged(@Observes CriteriaChanged event) {
        publish(Topics.CRITERIA, "criteria.changed", event);
    }

    void settingChanged(@Observes SettingChanged event) {
        publish(Topics.SETTINGS, "settings.changed", event);
    }

    void budgetChanged(@Observes BudgetChanged event) {
        publish(Topics.BUDGETS, "budget.changed", event);
    }

    void budgetWarned(@Observes BudgetWarned event) {
        publish(Topics.BUDGETS, "budget.warned", event);
    }

    void budgetsSpent(@Observes BudgetsSpent event) {
        spentBudgets.addAll(event.budgets());
        if (spentPending.compareAndSet(false, true)) {
            pause(this::flushSpent, BUDGETS_PAUSE_MS);
        }
    }

    void providerHealthChanged(@Observes ProviderHealthChanged event) {
        publish(Topics.PROVIDERS, "provider.health", event);
    }

    void providerChanged(@Observes ProviderChanged event) {
        publish(Topics.PROVIDERS, "provider.changed", event);
    }

    void accessChanged(@Observes AccessChanged event) {
        dispatch(this::endThoseWithoutAccess);
    }

    /** A message with the number of the newest event. */
    String message(String type, Map<String, ?> members) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("type", type);
        message.putAll(members);
        message.put("seq", log.lastSeq());
        return Json.write(message);
    }

    /** Sends a message to one client, after what was told before. */
    void send(LiveConnection connection, String json) {
        dispatch(() -> connection.send(json, log.lastSeq()));
    }

    @PreDestroy
    void close() {
        pauses.shutdownNow();
        cacheReader.shutdownNow();
        dispatcher.shutdownNow();
    }

    private void flushMetrics(Object id) {
        MetricsNews news = pendingMetrics.remove(id);
        if (news != null) {
            publish(Topics.SESSIONS, "session.metrics", news.summary());
            publish(Topics.session(id), "session.metrics", news.summary());
            publish(Topics.session(id), "session.steps", news.steps());
        }
    }

    private void flushSpent() {
        // Before they are taken: one that comes in between is told of once more rather than not at all.
        spentPending.set(false);
        List<UUID> spent = List.copyOf(spentBudgets);
        spent.forEach(spentBudgets::remove);
        if (!spent.isEmpty()) {
            publish(Topics.BUDGETS, "budgets.spent", Map.of("ids", spent));
        }
    }

    private void publishDashboard() {
        if (dashboardPending.compareAndSet(false, true)) {
            pause(
                    () -> {
                        dashboardPending.set(false);
                        publish(Topics.DASHBOARD, "dashboard.changed", Map.of());
                    },
                    DASHBOARD_PAUSE_MS);
        }
    }

    private void tellOfCaches() {
        if (connections.stream().noneMatch(connection -> connection.topics().contains(Topics.CACHES))) {
            return;
        }
        try {
            Map<String, Object> news = cacheNews.next();
            if (news != null) {
                dispatch(() -> {
                    LiveEvent event = log.number(Topics.CACHES, "caches.changed", news);
                    connections.forEach(connection -> connection.offer(event));
                });
            }
        } catch (RuntimeException e) {
            // Else the executor would not come back to it.
            LOG.error("What the caches did could not be told to live clients", e);
        }
    }

    private void publish(String topic, String event, Object data) {
        dispatch(() -> {
            LiveEvent appended = log.append(topic, event, data);
            connections.forEach(connection -> connection.offer(appended));
        });
    }

    private void beat() {
        String heartbeat = message("heartbeat", Map.of());
        connections.forEach(connection -> send(connection, heartbeat));
        dispatch(this::endThoseWithoutAccess);
    }

    private void endThoseWithoutAccess() {
        for (LiveConnection connection : connections) {
            if (!holds.test(connection.identity())) {
                connection.end();
            }
        }
    }

    private void dispatch(Runnable work) {
        try {
            dispatcher.execute(() -> {
                try {
                    work.run();
                } catch (RuntimeException e) {
                    LOG.error("An event could not be told to live clients", e);
                }
            });
        } catch (RejectedExecutionException e) {
            LOG.debug("The server stops; live clients are told no more", e);
        }
    }

    private void pause(Runnable work, long millis) {
        try {
            pauses.schedule(work, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The server stops; live clients are told no more", e);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}

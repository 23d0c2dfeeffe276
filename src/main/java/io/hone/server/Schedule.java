package io.hone.server;

import io.hone.auth.Keys;
import io.hone.auth.SignIns;
import io.hone.cache.Caches;
import io.hone.cache.Warming;
import io.hone.database.Database;
import io.hone.forwarding.Probes;
import io.hone.gateway.Budgets;
import io.hone.gateway.Calls;
import io.hone.http.Idempotency;
import io.hone.responses.ResponseStore;
import io.hone.sessions.Sessions;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the server does by the clock. */
@Singleton
class Schedule {

    private static final Logger LOG = LoggerFactory.getLogger(Schedule.class);

    private static final long LEASES_SECONDS = 2;
    private static final long CLEANING_SECONDS = 600;
    private static final long KEY_USES_SECONDS = 60;
    private static final long RESPONSES_SECONDS = 60;
    private static final long HOT_KEYS_SECONDS = 300;
    private static final long RESERVATIONS_SECONDS = 5;
    private static final long HITS_SECONDS = 5;
    private static final long HEALTH_SECONDS = 10;

    /** Reservations settled in one go; the next follows soon. */
    private static final int MOST_EXPIRED = 500;

    /** Sessions failed in one go; the next follows soon. */
    private static final int MOST_ABANDONED = 500;

    private final Sessions sessions;
    private final Idempotency idempotency;
    private final SignIns signIns;
    private final Keys keys;
    private final Database database;
    private final ResponseStore responses;
    private final Caches caches;
    private final Warming warming;
    private final Budgets budgets;
    private final Calls calls;
    private final Probes probes;
    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "hone-schedule");
        thread.setDaemon(true);
        return thread;
    });

    @Inject
    Schedule(
            Sessions sessions,
            Idempotency idempotency,
            SignIns signIns,
            Keys keys,
            Database database,
            ResponseStore responses,
            Caches caches,
            Warming warming,
            Budgets budgets,
            Calls calls,
            Probes probes) {
        this.sessions = sessions;
        this.idempotency = idempotency;
        this.signIns = signIns;
        this.keys = keys;
        this.database = database;
        this.responses = responses;
        this.caches = caches;
        this.warming = warming;
        this.budgets = budgets;
        this.calls = calls;
        this.probes = probes;
    }

    void start() {
        every(LEASES_SECONDS, "leases", () -> sessions.failAbandoned(MOST_ABANDONED));
        every(CLEANING_SECONDS, "idempotency", () -> database.write(idempotency::forgetOld));
        every(CLEANING_SECONDS, "sign-ins", () -> database.write(signIns::forgetOld));
        every(RESPONSES_SECONDS, "answers that hold no more", responses::cleanUp);
        every(RESPONSES_SECONDS, "what durable caches need no more", caches::cleanUpDurable);
        every(HOT_KEYS_SECONDS, "keys that are asked most", warming::store);
        every(RESERVATIONS_SECONDS, "reservations", () -> budgets.expire(MOST_EXPIRED));
        every(HITS_SECONDS, "answers from a cache", calls::storeHits);
        every(HEALTH_SECONDS, "health of providers", probes::run);
        every(CLEANING_SECONDS, "calls", calls::forgetOld);
        every(KEY_USES_SECONDS, "uses of keys", keys::storeUses);
    }

    @PreDestroy
    void stop() {
        executor.shutdownNow();
    }

    private void every(long seconds, String name, Runnable work) {
        executor.scheduleWithFixedDelay(
                () -> {
                    try {
                        work.run();
                    } catch (RuntimeException e) {
                        // Tried again next time; an executor drops a task that throws.
                        LOG.warn("Scheduled work {} failed", name, e);
                    }
                },
                seconds,
                seconds,
                TimeUnit.SECONDS);
    }
}

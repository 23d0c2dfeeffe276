package io.hone.gateway;

import io.hone.audit.Audit;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.http.Idempotency;
import io.hone.metrics.Metrics;
import io.hone.secrets.SecretKeys;
import io.hone.settings.Settings;
import java.time.Clock;

/** The gateway's front doors over a database, as the container would build them. */
public record GatewayFixture(Providers providers, Budgets budgets, Calls calls) {

    public static GatewayFixture of(Database database, Settings settings, Events events, Clock clock) {
        Caches caches = TestCaches.onHeap(clock);
        Idempotency idempotency = new Idempotency(settings, clock);
        Audit audit = new Audit(database, clock);
        BudgetRepository budgets = new BudgetRepository(database);
        CallRepository calls = new CallRepository(database);
        Providers providers = new Providers(
                new ProviderRepository(database),
                database,
                SecretKeys.of("the secret key of all these tests"),
                idempotency,
                audit,
                caches,
                events,
                clock);
        Reservations reservations = new Reservations(
                budgets, new ReservationRepository(database), calls, database, caches, events, clock, new Metrics());
        return new GatewayFixture(
                providers,
                new Budgets(
                        budgets, reservations, calls, providers, database, idempotency, audit, caches, events, clock),
                new Calls(calls, database, settings, clock));
    }
}

package io.hone.criteria;

import io.hone.audit.Audit;
import io.hone.cache.Caches;
import io.hone.cache.TestCaches;
import io.hone.criteria.CriteriaBody.Item;
import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.http.Idempotency;
import io.hone.settings.Settings;
import java.time.Clock;
import java.util.List;

/** Criteria as the container would build them, without its cache, and short ways to write them. */
public final class CriteriaFixture {

    private CriteriaFixture() {}

    public static CriteriaSets criteriaSets(Database database, Settings settings, Events events, Clock clock) {
        return criteriaSets(
                new CriteriaRepository(database), TestCaches.onHeap(clock), database, settings, events, clock);
    }

    static CriteriaSets criteriaSets(
            CriteriaRepository repository,
            Caches caches,
            Database database,
            Settings settings,
            Events events,
            Clock clock) {
        return new CriteriaSets(
                repository,
                database,
                new Idempotency(settings, clock),
                new Audit(database, clock),
                caches,
                events,
                clock);
    }

    public static CriteriaBody body(String name, Item... items) {
        return new CriteriaBody(name, null, null, List.of(items));
    }

    /** A required criterion with weight 1. */
    public static Item item(String metric, String op, double value) {
        return new Item(metric, Operator.of(op), value, null, null, null);
    }

    /** A required criterion relative to the baseline. */
    public static Item ofBaseline(String metric, String op, double factor) {
        return new Item(metric, Operator.of(op), factor, Reference.of("baseline"), null, null);
    }
}

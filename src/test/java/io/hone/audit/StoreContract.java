package io.hone.audit;

import io.hone.database.Database;
import io.hone.events.Events;
import io.hone.http.Caller;
import io.hone.settings.Settings;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What every database must do. Subclasses open one; it serves all tests of the class and is empty before each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreContract {

    protected static final Instant NOON = Instant.parse("2026-11-20T12:00:00.000Z");
    protected static final Caller ADA = new Caller("ada", "request-of-ada");
    protected static final Caller BOB = new Caller("bob", "request-of-bob");

    /** In an order that foreign keys allow. */
    private static final List<String> TABLES = List.of(
            "step",
            "session_metric",
            "session_tag",
            "session",
            "metric",
            "criteria",
            "setting",
            "cache_rules",
            "cache_entry_tag",
            "cache_entry",
            "cache_generation",
            "cache_hot_key",
            "budget_reservation_part",
            "budget_reservation",
            "budget_window",
            "budget",
            "provider_call",
            "provider_call_day",
            "provider",
            "audit",
            "session_count",
            "idempotency",
            "project",
            "revoked_token",
            "refresh_token",
            "sign_in_link",
            "sign_in",
            "api_key",
            "account",
            "signing_key");

    /** What was told since the start of the test. */
    protected final List<Object> told = new CopyOnWriteArrayList<>();

    protected final Events events = new Events(told::add);
    protected SettableClock clock;
    protected Settings settings;
    protected Database database;

    protected abstract Database open(Path folder);

    @BeforeAll
    void openDatabase(@TempDir Path folder) {
        database = open(folder);
    }

    @AfterAll
    void closeDatabase() {
        database.close();
    }

    @BeforeEach
    protected void empty() {
        clock = new SettableClock(NOON);
        settings = Settings.defaults();
        told.clear();
        database.write(transaction -> {
            for (String table : TABLES) {
                transaction.run("test.empty", handle -> handle.execute("DELETE FROM " + table));
            }
            return 0;
        });
    }

    /** Rows of a table. */
    protected long count(String table) {
        return database.read("test.count", handle -> handle.createQuery("SELECT COUNT(*) FROM " + table)
                .mapTo(Long.class)
                .one());
    }

    /** What was told of one kind, in order. */
    protected <E> List<E> told(Class<E> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}

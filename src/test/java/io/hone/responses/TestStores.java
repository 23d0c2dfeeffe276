package io.hone.responses;

import io.hone.cache.Epochs;
import io.hone.database.TestDatabases;
import io.hone.settings.Settings;
import io.hone.settings.SettingsCatalogue;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Stores of answers for tests: without rules, which only the filter asks. */
final class TestStores {

    private TestStores() {}

    /** One of that size, whose entries expire by that clock. */
    static ResponseStore of(long mostBytes, Epochs epochs, Clock clock) {
        Settings settings = TestDatabases.settings(Map.of(SettingsCatalogue.RESPONSE_BYTES, Long.toString(mostBytes)));
        return of(settings, epochs, clock, new Flights(), new Adaptations(new TestRules(), settings, clock));
    }

    static ResponseStore of(Settings settings, Epochs epochs, Clock clock, Flights flights, Adaptations adaptations) {
        return new ResponseStore(
                settings, epochs, clock, () -> TimeUnit.MILLISECONDS.toNanos(clock.millis()), flights, adaptations);
    }
}

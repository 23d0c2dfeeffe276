package io.hone.cache;

import io.hone.cache.CacheResource.Description;
import io.hone.cache.CacheResource.Detail;
import io.hone.cache.CacheResource.Status;
import io.hone.settings.Settings;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** What all caches did, the store of whole answers last among them. Thread-safe. */
@Singleton
public class CacheReport {

    private final Caches caches;
    private final AnswerStore answers;
    private final Settings settings;

    @Inject
    CacheReport(Caches caches, AnswerStore answers, Settings settings) {
        this.caches = caches;
        this.answers = answers;
        this.settings = settings;
    }

    /** What each did. */
    public List<CacheStatistics> statistics() {
        return Stream.concat(caches.statistics().stream(), Stream.of(answers.asCache()))
                .toList();
    }

    /** How each is. */
    public List<CacheHealth> health() {
        CacheHealth ofAnswers = CacheHealth.of(
                answers.definition(),
                answers.asCache(),
                caches.grid().state(),
                caches.durable().state());
        return Stream.concat(caches.health().stream(), Stream.of(ofAnswers)).toList();
    }

    /** How often smart mode changed something about the kept answers. */
    public long adaptations() {
        return answers.adaptations();
    }

    /** Which tiers are in use now. */
    public Status status() {
        return Status.of(caches);
    }

    /** The data grid behind them. */
    public Grid grid() {
        return caches.grid();
    }

    /** @throws io.hone.http.ProblemException 404 if there is no such cache */
    Detail find(String name) {
        if (name.equals(AnswerStore.NAME)) {
            return new Detail(answers.asCache(), Description.of(answers.definition(), settings));
        }
        TieredCache<?> cache = caches.find(name);
        return new Detail(cache.statistics(), Description.of(cache.definition(), settings));
    }
}

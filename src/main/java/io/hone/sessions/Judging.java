package io.hone.sessions;

import io.hone.criteria.CriteriaSets;
import io.hone.criteria.Judge;
import io.hone.criteria.Judgement;
import io.hone.criteria.StoredCriteria;
import io.hone.database.Transaction;
import io.hone.http.Json;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Brings sessions, their criteria and their baselines together for judging. Thread-safe. */
@Singleton
class Judging {

    /**
     * A session with its verdict.
     *
     * @param judgement null without criteria
     */
    record Judged(
            Session session,
            @Nullable Long criteriaNo,
            @Nullable Judgement judgement) {}

    private final CriteriaSets criteria;
    private final SessionRepository repository;

    @Inject
    Judging(CriteriaSets criteria, SessionRepository repository) {
        this.criteria = criteria;
        this.repository = repository;
    }

    /** Judges a session as the transaction sees it and its baseline. */
    Judged judge(Transaction transaction, Session session) {
        Session.CriteriaVersion bound = session.criteria();
        if (bound == null) {
            return new Judged(session, null, null);
        }
        StoredCriteria stored = criteria.version(bound.name(), bound.version())
                .orElseThrow(() -> new IllegalStateException("No criteria " + bound + " that a session is bound to"));
        Judgement judgement = Judge.judge(
                stored.criteria().criteria(), lastValues(session), baselineValues(transaction, session.baseline()));
        return new Judged(Draft.of(session).verdict(judgement.verdict()).same(), stored.no(), judgement);
    }

    /**
     * The answer about a session's verdict.
     *
     * @param judgement JSON of its last judgement, or null
     */
    VerdictDocument document(Session session, @Nullable String judgement) {
        Judgement last = judgement == null ? null : Json.read(judgement, Judgement.class);
        Session.CriteriaVersion bound = session.criteria();
        Integer newest = bound == null
                ? null
                : criteria.newest(bound.name())
                        .map(found -> found.criteria().version())
                        .orElse(null);
        return new VerdictDocument(
                session.verdict(),
                last == null ? null : Double.valueOf(last.score()),
                bound,
                session.baseline(),
                newest,
                last == null ? List.of() : last.results());
    }

    private @Nullable Map<String, Double> baselineValues(Transaction transaction, @Nullable Baseline baseline) {
        if (baseline == null || baseline.sessionId() == null) {
            return baseline == null ? null : baseline.metrics();
        }
        Optional<SessionRow> row = repository.find(transaction, baseline.sessionId());
        return row.map(found -> lastValues(found.session())).orElse(Map.of());
    }

    private static Map<String, Double> lastValues(Session session) {
        Map<String, Double> values = new HashMap<>();
        session.metrics().forEach((name, summary) -> values.put(name, summary.last()));
        return values;
    }
}

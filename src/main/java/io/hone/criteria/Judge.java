package io.hone.criteria;

import io.hone.criteria.Judgement.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges metrics by criteria. Pure: the same input gives the same judgement. */
public final class Judge {

    private Judge() {}

    /**
     * Judges.
     *
     * @param metrics last value of each metric reported
     * @param baseline the baseline's value of each metric; null where the session has no baseline
     */
    public static Judgement judge(
            List<Criterion> criteria, Map<String, Double> metrics, @Nullable Map<String, Double> baseline) {
        List<Result> results = new ArrayList<>();
        double weightMet = 0;
        double weight = 0;
        boolean missed = false;
        boolean open = false;
        for (Criterion criterion : criteria) {
            Result result = judge(criterion, metrics.get(criterion.metric()), baseline);
            results.add(result);
            weight += criterion.weight();
            if (Boolean.TRUE.equals(result.met())) {
                weightMet += criterion.weight();
            }
            if (criterion.required()) {
                missed |= Boolean.FALSE.equals(result.met());
                open |= result.met() == null;
            }
        }
        Verdict verdict = missed ? Verdict.NOT_MET : (open ? Verdict.UNDECIDED : Verdict.MET);
        return new Judgement(verdict, weight == 0 ? 0 : weightMet / weight, results);
    }

    private static Result judge(Criterion criterion, @Nullable Double actual, @Nullable Map<String, Double> baseline) {
        Reference reference = criterion.relativeTo();
        Double bound = criterion.value();
        String reason = null;
        if (reference != null) {
            Double base = reference.number();
            if (base == null) {
                base = baseline == null ? null : baseline.get(criterion.metric());
                if (base == null) {
                    reason = baseline == null
                            ? "the session has no baseline"
                            : "the baseline has no " + criterion.metric();
                }
            }
            bound = base == null ? null : Double.valueOf(criterion.value() * base);
        }
        if (actual == null) {
            reason = "no " + criterion.metric() + " was reported";
        }
        Boolean met = (actual == null || bound == null)
                ? null
                : (Boolean) criterion.op().holds(actual, bound);
        Double missedBy = null;
        if (Boolean.FALSE.equals(met) && actual != null && bound != null) {
            double distance = Math.abs(actual - bound);
            if (Double.isFinite(distance)) {
                missedBy = distance;
            } else {
                reason = criterion.metric() + " or its bound is not finite";
            }
        }
        return new Result(
                criterion.metric(),
                criterion.op(),
                criterion.value(),
                reference,
                criterion.required(),
                criterion.weight(),
                bound,
                actual,
                met,
                missedBy,
                reason);
    }
}

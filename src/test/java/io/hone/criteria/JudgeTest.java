package io.hone.criteria;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.hone.criteria.Judgement.Result;
import io.hone.http.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JudgeTest {

    private static final double NAN = Double.NaN;
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @ParameterizedTest
    @CsvSource({
        ">=, 1, 1, true",
        ">=, 1, 0.999, false",
        "<=, 1, 1, true",
        "<=, 1, 1.001, false",
        ">, 1, 1, false",
        ">, 1, 1.001, true",
        "<, 1, 1, false",
        "<, 1, 0.999, true",
        "=, 1, 1, true",
        "=, 1, 1.0000001, false",
        "=, 0, -0.0, true",
        ">=, -1, -1, true",
        ">=, 1, NaN, false",
        "<=, 1, NaN, false",
        ">, 1, NaN, false",
        "<, 1, NaN, false",
        "=, 1, NaN, false",
        ">=, 1, Infinity, true",
        "<=, 1, Infinity, false",
        ">, 1, -Infinity, false",
        "<, 1, -Infinity, true",
    })
    void judge_bound_isComparedAsIeee754Does(String op, double bound, double actual, boolean met) {
        Judgement judgement = judge(List.of(required("m", op, bound)), Map.of("m", actual), null);

        assertThat(judgement.verdict()).isEqualTo(met ? Verdict.MET : Verdict.NOT_MET);
        assertThat(judgement.score()).isEqualTo(met ? 1 : 0);
        assertThat(judgement.results()).singleElement().satisfies(result -> {
            assertThat(result.met()).isEqualTo(met);
            assertThat(result.bound()).isEqualTo(bound);
            assertThat(result.actual()).isEqualTo(Double.valueOf(actual));
        });
    }

    @Test
    void judge_missed_tellsByHowMuch() {
        Result result = judge(List.of(required("m", ">=", 0.9)), Map.of("m", 0.85), null)
                .results()
                .get(0);

        assertThat(result.missedBy()).isCloseTo(0.05, within(1e-12));
        assertThat(result.reason()).isNull();
    }

    @Test
    void judge_missedByWhatIsNotFinite_tellsWhyInstead() {
        for (double actual : new double[] {NAN, Double.NEGATIVE_INFINITY}) {
            Result result = judge(List.of(required("m", ">=", 0.9)), Map.of("m", actual), null)
                    .results()
                    .get(0);

            assertThat(result.missedBy()).isNull();
            assertThat(result.reason()).contains("not finite");
        }
    }

    @Test
    void judge_metricMissing_isUndecided() {
        Judgement judgement = judge(List.of(required("m", ">=", 1)), Map.of("other", 2.0), null);

        assertThat(judgement.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(judgement.score()).isZero();
        assertThat(judgement.results().get(0).met()).isNull();
        assertThat(judgement.results().get(0).reason()).contains("no m was reported");
    }

    @Test
    void judge_relativeToBaseline_multiplies() {
        List<Criterion> criteria = List.of(relative("m", ">=", 0.98, "baseline"));

        assertThat(judge(criteria, Map.of("m", 0.8), Map.of("m", 0.8)).verdict())
                .isEqualTo(Verdict.MET);
        Judgement missed = judge(criteria, Map.of("m", 0.7), Map.of("m", 0.8));
        assertThat(missed.verdict()).isEqualTo(Verdict.NOT_MET);
        assertThat(missed.results().get(0).bound()).isCloseTo(0.784, within(1e-12));
        assertThat(missed.results().get(0).relativeTo()).isEqualTo(new Reference(null));
    }

    @Test
    void judge_relativeToNumber_multipliesIt() {
        Judgement judgement = judge(List.of(relative("m", "<", 0.5, 40)), Map.of("m", 19.9), null);

        assertThat(judgement.verdict()).isEqualTo(Verdict.MET);
        assertThat(judgement.results().get(0).bound()).isEqualTo(20);
    }

    @Test
    void judge_baselineMissing_isUndecidedAndSaysWhichPart() {
        List<Criterion> criteria = List.of(relative("m", ">=", 0.98, "baseline"));

        Judgement none = judge(criteria, Map.of("m", 1.0), null);
        Judgement other = judge(criteria, Map.of("m", 1.0), Map.of("other", 1.0));

        assertThat(none.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(none.results().get(0).reason()).contains("has no baseline");
        assertThat(none.results().get(0).bound()).isNull();
        assertThat(other.verdict()).isEqualTo(Verdict.UNDECIDED);
        assertThat(other.results().get(0).reason()).contains("the baseline has no m");
    }

    @Test
    void judge_baselineOrBoundNotFinite_doesNotFail() {
        assertThat(judge(List.of(relative("m", ">=", 1, "baseline")), Map.of("m", 1.0), Map.of("m", NAN))
                        .verdict())
                .isEqualTo(Verdict.NOT_MET);
        assertThat(judge(List.of(relative("m", "<=", 1e308, 1e308)), Map.of("m", 1.0), null)
                        .verdict())
                .isEqualTo(Verdict.MET);
        assertThat(judge(List.of(relative("m", ">=", 0, "baseline")), Map.of("m", 1.0), Map.of("m", INFINITY))
                        .results()
                        .get(0)
                        .bound())
                .isNaN();
    }

    @Test
    void judge_missedAndOpen_isNotMet() {
        assertThat(judge(List.of(required("a", ">", 1), required("b", ">", 1)), Map.of("b", 0.0), null)
                        .verdict())
                .isEqualTo(Verdict.NOT_MET);
    }

    @Test
    void judge_notRequired_countsForTheScoreOnly() {
        List<Criterion> criteria = List.of(
                required("a", ">", 1),
                new Criterion("b", Operator.MORE_THAN, 1, null, 3, false),
                new Criterion("c", Operator.MORE_THAN, 1, null, 4, false));

        Judgement judgement = judge(criteria, Map.of("a", 2.0, "b", 0.0), null);

        assertThat(judgement.verdict()).isEqualTo(Verdict.MET);
        assertThat(judgement.score()).isEqualTo(1.0 / 8);
        assertThat(judgement.results()).extracting(Result::met).containsExactly(true, false, null);
    }

    @Test
    void judge_weights_shareTheScore() {
        List<Criterion> criteria = List.of(
                new Criterion("a", Operator.MORE_THAN, 1, null, 1, true),
                new Criterion("b", Operator.MORE_THAN, 1, null, 3, true));

        assertThat(judge(criteria, Map.of("a", 0.0, "b", 2.0), null).score()).isEqualTo(0.75);
        assertThat(judge(criteria, Map.of("a", 2.0, "b", 2.0), null).score()).isEqualTo(1);
    }

    @Test
    void judgement_asJson_readsBackWithNaNAndInfinity() {
        Judgement judgement = judge(
                List.of(required("a", ">", 1), relative("b", ">=", 1, "baseline"), relative("c", "=", 2, 5)),
                Map.of("a", NAN, "b", INFINITY),
                Map.of("b", INFINITY));

        assertThat(Json.read(Json.write(judgement), Judgement.class)).isEqualTo(judgement);
        assertThat(Json.write(judgement)).contains("\"actual\":\"NaN\"", "\"relative_to\":\"baseline\"");
    }

    private static Judgement judge(
            List<Criterion> criteria, Map<String, Double> metrics, Map<String, Double> baseline) {
        return Judge.judge(criteria, metrics, baseline);
    }

    private static Criterion required(String metric, String op, double value) {
        return new Criterion(metric, Operator.of(op), value, null, 1, true);
    }

    private static Criterion relative(String metric, String op, double value, Object to) {
        return new Criterion(metric, Operator.of(op), value, Reference.of(to), 1, true);
    }
}

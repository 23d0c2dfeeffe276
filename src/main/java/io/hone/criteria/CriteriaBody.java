package io.hone.criteria;

import io.hone.http.Violations;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to store criteria.
 *
 * @param name required when creating, left out or equal to the path when a version is added
 */
public record CriteriaBody(
        @Nullable String name,
        @Nullable String note,
        @Nullable List<@Nullable Technique> techniques,
        @Nullable List<@Nullable Item> criteria) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
    private static final int MOST_CRITERIA = 50;
    private static final int LONGEST_NOTE = 10_000;
    private static final double MOST_WEIGHT = 1_000;

    /** One criterion as sent; weight 1 and required where nothing is said. */
    public record Item(
            @Nullable String metric,
            @Nullable Operator op,
            @Nullable Double value,
            @Nullable Reference relativeTo,
            @Nullable Double weight,
            @Nullable Boolean required) {}

    /** What somebody would have sent for stored criteria. */
    static CriteriaBody of(Criteria stored) {
        return new CriteriaBody(
                stored.name(),
                stored.note(),
                new ArrayList<>(stored.techniques()),
                new ArrayList<>(stored.criteria().stream()
                        .map(one -> new Item(
                                one.metric(), one.op(), one.value(), one.relativeTo(), one.weight(), one.required()))
                        .toList()));
    }

    /**
     * The criteria, checked.
     *
     * @throws io.hone.http.ProblemException 422 naming every invalid place
     */
    Checked check(String nameToUse) {
        Violations violations = new Violations();
        violations.require(
                NAME.matcher(nameToUse).matches(),
                "/name",
                "is not 1 to 100 lower-case letters, digits, dots, dashes or underscores, beginning with a letter or digit");
        if (note != null) {
            violations.text(note, "/note", 0, LONGEST_NOTE);
        }
        List<Technique> checkedTechniques = new ArrayList<>();
        if (techniques != null) {
            for (int i = 0; i < techniques.size(); i++) {
                Technique technique = techniques.get(i);
                if (technique == null) {
                    violations.add("/techniques/" + i, "is null");
                } else if (!checkedTechniques.contains(technique)) {
                    checkedTechniques.add(technique);
                }
            }
        }
        List<Criterion> checkedCriteria = checkCriteria(violations);
        violations.refuseIfAny();
        return new Checked(nameToUse, note, checkedTechniques, checkedCriteria);
    }

    private List<Criterion> checkCriteria(Violations violations) {
        List<Criterion> checked = new ArrayList<>();
        if (criteria == null || criteria.isEmpty() || criteria.size() > MOST_CRITERIA) {
            violations.add("/criteria", "is not an array of 1 to %d criteria".formatted(MOST_CRITERIA));
            return checked;
        }
        for (int i = 0; i < criteria.size(); i++) {
            Item item = criteria.get(i);
            String at = "/criteria/" + i;
            if (item == null) {
                violations.add(at, "is null");
                continue;
            }
            violations.text(item.metric(), at + "/metric", 1, Criterion.LONGEST_METRIC);
            violations.require(item.op() != null, at + "/op", "is required: >=, <=, >, < or =");
            violations.require(
                    item.value() != null && Double.isFinite(item.value()),
                    at + "/value",
                    "is required: a finite number");
            double weight = item.weight() == null ? 1 : item.weight();
            violations.require(weight > 0 && weight <= MOST_WEIGHT, at + "/weight", "is not over 0 and at most 1000");
            if (item.metric() != null && item.op() != null && item.value() != null) {
                checked.add(new Criterion(
                        item.metric(),
                        item.op(),
                        item.value(),
                        item.relativeTo(),
                        weight,
                        item.required() == null || item.required()));
            }
        }
        return checked;
    }

    /** What passed the checks. */
    record Checked(String name, @Nullable String note, List<Technique> techniques, List<Criterion> criteria) {}
}

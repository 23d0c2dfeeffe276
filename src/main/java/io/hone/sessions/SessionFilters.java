package io.hone.sessions;

import io.hone.criteria.Technique;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Uuids;
import io.hone.http.Violations;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionFilter.Sort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads which sessions a client means: from the query of a list, or from an object with the same members. */
final class SessionFilters {

    static final int FEWEST_COMPARED = 2;
    static final int MOST_COMPARED = 50;

    private static final List<String> BOOLEANS = List.of("true", "false");
    private static final List<String> VERDICTS = List.of("met", "not_met", "undecided", "none");

    private SessionFilters() {}

    /** What is wrong is noted in the query. */
    static SessionFilter read(QueryParameters query, Sort sort) {
        return new SessionFilter(
                statuses(query),
                query.text("project"),
                query.text("model"),
                technique(query),
                tags(query),
                query.oneOf("verdict", VERDICTS),
                query.text("owner"),
                query.text("criteria"),
                query.text("error_category"),
                query.text("q"),
                parent(query),
                query.time("created_after"),
                query.time("created_before"),
                "true".equals(query.oneOf("deleted", BOOLEANS)),
                sort);
    }

    /**
     * Reads an object whose members are the parameters of the list, each a text, a boolean or a list of texts.
     *
     * @param pointer where the object stands
     * @throws ProblemException 422 naming every wrong member
     */
    static SessionFilter read(Map<String, @Nullable Object> json, String pointer, Sort sort) {
        Violations violations = new Violations();
        Map<String, List<String>> parameters = new LinkedHashMap<>();
        violations.require(!json.isEmpty(), pointer, "is empty; {\"parent\": \"none\"} names all top-level sessions");
        json.forEach((member, value) -> {
            List<?> values = value instanceof List<?> list ? list : Arrays.asList(value);
            if (values.isEmpty() || values.contains("")) {
                // A program that found nothing to name must not have named everything.
                violations.add(pointer + "/" + Violations.token(member), "is empty");
            } else if (values.stream().allMatch(one -> one instanceof String || one instanceof Boolean)) {
                parameters.put(member, values.stream().map(Object::toString).toList());
            } else {
                violations.add(pointer + "/" + Violations.token(member), "is neither text nor a list of texts");
            }
        });
        violations.refuseIfAny();
        QueryParameters query = new QueryParameters(parameters, pointer + "/");
        SessionFilter filter = read(query, sort);
        query.done();
        return filter;
    }

    /** The sessions to compare, in the order given. */
    static List<UUID> ids(QueryParameters query) {
        List<UUID> ids = new ArrayList<>();
        for (String text : query.texts("ids")) {
            for (String part : text.split(",", -1)) {
                UUID id = Uuids.parse(part);
                if (id == null) {
                    query.refuse("ids", "is no list of session ids with commas between them");
                    return List.of();
                }
                ids.add(id);
            }
        }
        if (ids.size() < FEWEST_COMPARED || ids.size() > MOST_COMPARED) {
            query.refuse(
                    "ids", "names %d sessions, not %d to %d".formatted(ids.size(), FEWEST_COMPARED, MOST_COMPARED));
        } else if (new HashSet<>(ids).size() < ids.size()) {
            query.refuse("ids", "names a session twice");
        }
        return ids;
    }

    private static List<SessionStatus> statuses(QueryParameters query) {
        List<SessionStatus> statuses = new ArrayList<>();
        for (String label : query.texts("status")) {
            if (SessionStatus.labels().contains(label)) {
                statuses.add(SessionStatus.of(label));
            } else {
                query.refuse("status", "is none of " + String.join(", ", SessionStatus.labels()));
            }
        }
        return statuses;
    }

    private static @Nullable Technique technique(QueryParameters query) {
        List<String> labels =
                Arrays.stream(Technique.values()).map(Technique::label).toList();
        String label = query.oneOf("technique", labels);
        return label == null ? null : Technique.of(label);
    }

    private static List<Map.Entry<String, String>> tags(QueryParameters query) {
        List<Map.Entry<String, String>> tags = new ArrayList<>();
        for (String tag : query.texts("tag")) {
            int colon = tag.indexOf(':');
            if (colon < 1) {
                query.refuse("tag", "is not of the form key:value");
            } else {
                tags.add(Map.entry(tag.substring(0, colon), tag.substring(colon + 1)));
            }
        }
        return tags;
    }

    private static Parent parent(QueryParameters query) {
        String text = query.text("parent");
        if (text == null || text.equals("none")) {
            return Parent.NONE;
        }
        if (text.equals("any")) {
            return Parent.ANY;
        }
        UUID id = Uuids.parse(text);
        if (id == null) {
            query.refuse("parent", "is neither none, any nor a session's id");
            return Parent.NONE;
        }
        return new Parent(false, id);
    }

    /** Newest first where nothing else is asked for. */
    static Sort sort(QueryParameters query) {
        String text = query.text("sort");
        Sort sort = text == null ? Sort.NEWEST : Sort.parse(text);
        if (sort == null) {
            query.refuse("sort", "is none of created_at, updated_at, duration, metric:KEY, each also with - before it");
            return Sort.NEWEST;
        }
        return sort;
    }
}

package io.hone.sessions;

import io.hone.criteria.Technique;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionFilter.Sort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A list's filter, written with what a test says and nothing else. */
public final class Filters {

    private final List<SessionStatus> statuses = new ArrayList<>();
    private final List<Map.Entry<String, String>> tags = new ArrayList<>();
    private String project;
    private String model;
    private Technique technique;
    private String verdict;
    private String owner;
    private String criteria;
    private String errorCategory;
    private String query;
    private Parent parent = Parent.NONE;
    private Instant after;
    private Instant before;
    private boolean deleted;
    private Sort sort = Sort.NEWEST;

    public static Filters all() {
        return new Filters();
    }

    public Filters status(SessionStatus... values) {
        statuses.addAll(List.of(values));
        return this;
    }

    public Filters tag(String key, String value) {
        tags.add(Map.entry(key, value));
        return this;
    }

    public Filters project(String value) {
        project = value;
        return this;
    }

    public Filters model(String value) {
        model = value;
        return this;
    }

    public Filters technique(Technique value) {
        technique = value;
        return this;
    }

    public Filters verdict(String value) {
        verdict = value;
        return this;
    }

    public Filters owner(String value) {
        owner = value;
        return this;
    }

    public Filters criteria(String value) {
        criteria = value;
        return this;
    }

    public Filters errorCategory(String value) {
        errorCategory = value;
        return this;
    }

    public Filters query(String value) {
        query = value;
        return this;
    }

    public Filters parent(Parent value) {
        parent = value;
        return this;
    }

    public Filters after(Instant value) {
        after = value;
        return this;
    }

    public Filters before(Instant value) {
        before = value;
        return this;
    }

    public Filters deleted() {
        deleted = true;
        return this;
    }

    public Filters sort(String value) {
        sort = Objects.requireNonNull(Sort.parse(value), value);
        return this;
    }

    public SessionFilter build() {
        return new SessionFilter(
                statuses,
                project,
                model,
                technique,
                tags,
                verdict,
                owner,
                criteria,
                errorCategory,
                query,
                parent,
                after,
                before,
                deleted,
                sort);
    }
}

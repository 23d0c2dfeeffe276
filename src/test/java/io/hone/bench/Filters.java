package io.hone.bench;

import io.hone.criteria.Technique;
import io.hone.sessions.SessionFilter;
import io.hone.sessions.SessionFilter.Parent;
import io.hone.sessions.SessionFilter.Sort;
import io.hone.sessions.SessionGenerator;
import io.hone.sessions.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Builds filters of the session list; what is not named does not filter. */
final class Filters {

    private final List<SessionStatus> statuses = new ArrayList<>();
    private final List<Map.Entry<String, String>> tags = new ArrayList<>();
    private String project;
    private String model;
    private Technique technique;
    private String verdict;
    private String owner;
    private String query;
    private Parent parent = Parent.NONE;
    private Instant createdBefore;
    private Sort sort = Sort.NEWEST;

    Filters statuses(SessionStatus... any) {
        statuses.addAll(List.of(any));
        return this;
    }

    Filters tag(String key, String value) {
        tags.add(Map.entry(key, value));
        return this;
    }

    Filters project(String name) {
        project = name;
        return this;
    }

    Filters model(String name) {
        model = name;
        return this;
    }

    Filters technique(Technique one) {
        technique = one;
        return this;
    }

    Filters verdict(String label) {
        verdict = label;
        return this;
    }

    Filters owner(String name) {
        owner = name;
        return this;
    }

    Filters query(String text) {
        query = text;
        return this;
    }

    Filters parent(Parent whose) {
        parent = whose;
        return this;
    }

    /** Created that long before the end of the generated year. */
    Filters createdBefore(Duration beforeEnd) {
        createdBefore = SessionGenerator.END.minus(beforeEnd);
        return this;
    }

    Filters sort(String parameter) {
        sort = Sort.parse(parameter);
        return this;
    }

    SessionFilter build() {
        return new SessionFilter(
                statuses,
                project,
                model,
                technique,
                tags,
                verdict,
                owner,
                null,
                query,
                parent,
                null,
                createdBefore,
                false,
                sort);
    }
}

package io.hone.sessions;

import io.hone.http.ProblemException;
import io.hone.http.Violations;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Merge Patch (RFC 7396) for a session: what is named changes, null removes, what is not named stays.
 *
 * @param members what was sent, checked
 */
record SessionPatch(Map<String, @Nullable Object> members) {

    private static final String NAME = "name";
    private static final String PROJECT = "project";
    private static final String TAGS = "tags";
    private static final String NOTES = "notes";
    private static final String CRITERIA = "criteria";
    private static final String PROGRESS = "progress";

    /**
     * Reads a patch.
     *
     * @throws ProblemException 422 naming every invalid place
     */
    static SessionPatch of(Map<String, @Nullable Object> members) {
        Violations violations = new Violations();
        members.forEach((member, value) -> check(violations, member, value));
        violations.refuseIfAny();
        return new SessionPatch(members);
    }

    private static void check(Violations violations, String member, @Nullable Object value) {
        String at = "/" + Violations.token(member);
        switch (member) {
            case NAME -> text(violations, value, at, 1, NewSession.LONGEST_NAME);
            case PROJECT -> text(violations, value, at, 1, NewSession.LONGEST_PROJECT);
            case NOTES -> {
                if (value != null) {
                    text(violations, value, at, 0, NewSession.LONGEST_NOTES);
                }
            }
            case TAGS -> {
                if (value instanceof Map<?, ?> tags) {
                    checkTags(violations, tags);
                } else {
                    violations.add(at, "is no object of tags; null as a tag's value removes it");
                }
            }
            case PROGRESS ->
                violations.require(
                        value == null
                                || (value instanceof Number number
                                        && number.doubleValue() >= 0
                                        && number.doubleValue() <= 1),
                        at,
                        "is neither null nor from 0 to 1");
            case CRITERIA -> {
                // What it names is looked up when the session is known.
            }
            default -> violations.add(at, "cannot be edited; name, project, tags, notes, criteria and progress can");
        }
    }

    private static void checkTags(Violations violations, Map<?, ?> tags) {
        Map<String, @Nullable String> set = new LinkedHashMap<>();
        tags.forEach((key, value) -> {
            if (value instanceof String text) {
                set.put(key.toString(), text);
            } else if (value != null) {
                violations.add("/tags/" + Violations.token(key.toString()), "is neither a string nor null");
            }
        });
        NewSession.checkTags(violations, set);
    }

    private static void text(Violations violations, @Nullable Object value, String at, int min, int max) {
        if (value == null || value instanceof String) {
            violations.text((String) value, at, min, max);
        } else {
            violations.add(at, "is no string");
        }
    }

    boolean hasCriteria() {
        return members.containsKey(CRITERIA);
    }

    boolean hasProgress() {
        return members.containsKey(PROGRESS);
    }

    /** A name, an object of name and version, or null for none. */
    @Nullable
    Object criteria() {
        return members.get(CRITERIA);
    }

    /**
     * The session with everything but the criteria.
     *
     * @throws ProblemException 422 for too many tags in all
     */
    Draft applyTo(Session session) {
        Draft draft = Draft.of(session);
        if (members.get(NAME) instanceof String name) {
            draft.name(name);
        }
        if (members.get(PROJECT) instanceof String project) {
            draft.project(project);
        }
        if (members.containsKey(NOTES)) {
            draft.notes((String) members.get(NOTES));
        }
        if (hasProgress()) {
            draft.progress(members.get(PROGRESS) instanceof Number number ? (Double) number.doubleValue() : null);
        }
        if (members.get(TAGS) instanceof Map<?, ?> tags) {
            draft.tags(patched(session.tags(), tags));
        }
        return draft;
    }

    /**
     * Tags after a patch of them.
     *
     * @throws ProblemException 422 for too many in all
     */
    static Map<String, String> patched(Map<String, String> before, Map<?, ?> patch) {
        Map<String, String> tags = new LinkedHashMap<>(before);
        patch.forEach((key, value) -> {
            if (value instanceof String text) {
                tags.put(key.toString(), text);
            } else {
                tags.remove(key.toString());
            }
        });
        if (tags.size() > NewSession.MOST_TAGS) {
            throw ProblemException.invalid(
                    "/tags", "would be over %d with those there are".formatted(NewSession.MOST_TAGS));
        }
        return tags;
    }
}

package io.hone.tool.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session is created with.
 *
 * @param name      1 to 200 characters
 * @param model     the model being optimized, 1 to 200 characters
 * @param technique one of the server's, such as {@code quantization}
 * @param criteria  name of the criteria to be judged by, in their newest version; null for none
 * @param baseline  id of the session that relative criteria compare with; null for none
 * @param parent    id of the session this one is part of; null for none
 * @param params    settings of the experiment: strings, numbers, booleans
 * @param notes     up to 10,000 characters
 * @param project   1 to 200 characters
 */
record NewSession(
        String name,
        String model,
        String technique,
        @Nullable String criteria,
        @Nullable String baseline,
        @Nullable String parent,
        Map<String, Object> params,
        String notes,
        String project) {

    /** The project of all sessions that work on the network. */
    static final String PROJECT = "demo-spirals";

    NewSession {
        params = Map.copyOf(params);
    }

    /** The same in {@link #PROJECT}. */
    NewSession(
            String name,
            String model,
            String technique,
            @Nullable String criteria,
            @Nullable String baseline,
            @Nullable String parent,
            Map<String, Object> params,
            String notes) {
        this(name, model, technique, criteria, baseline, parent, params, notes, PROJECT);
    }

    /** The members of the JSON body, those that are null left out. */
    Map<String, Object> body() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("project", project);
        body.put("model", model);
        body.put("technique", technique);
        if (criteria != null) {
            body.put("criteria", criteria);
        }
        if (baseline != null) {
            body.put("baseline", baseline);
        }
        if (parent != null) {
            body.put("parent_id", parent);
        }
        body.put("params", params);
        body.put("tags", Map.of("source", "hone-demo"));
        body.put("notes", notes);
        return body;
    }
}

package io.hone.responses;

import io.hone.cache.Epochs;
import io.hone.configuration.SettingChanged;
import io.hone.criteria.CriteriaChanged;
import io.hone.http.HoneApplication;
import io.hone.sessions.SessionChanged;
import io.hone.sessions.SessionPurged;
import io.hone.sessions.SessionsImported;
import io.hone.sessions.StepsRecorded;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.List;
import java.util.UUID;

/**
 * What answers are made of, and what outdates it. The other observers of an event come first: an answer that is made
 * between them and here may come from a cache of theirs, and must not count as newer than the event. Thread-safe.
 */
@Singleton
class ResponseTags {

    static final String SESSIONS = "sessions";
    static final String CRITERIA = "criteria";
    static final String SETTINGS = "settings";

    /** Changes with every request that may have changed something. */
    static final String WRITES = "writes";

    /** All but those of single sessions. */
    static final List<String> ALL = List.of(SESSIONS, CRITERIA, SETTINGS, WRITES);

    private static final int LAST = Interceptor.Priority.PLATFORM_AFTER + 1_000;

    /** Paths of which is known what they show. Whatever else the interface has is outdated by every write. */
    private static final List<String> OF_SESSIONS =
            List.of(HoneApplication.PATH + "/dashboard/stats", HoneApplication.PATH + "/projects");

    private static final String OF_CRITERIA = HoneApplication.PATH + "/config/criteria";
    private static final String OF_SETTINGS = HoneApplication.PATH + "/config/settings";

    private final Epochs epochs;

    @Inject
    ResponseTags(Epochs epochs) {
        this.epochs = epochs;
    }

    /** The tags of what is answered there, besides those of the rule. */
    static List<String> of(String path) {
        if (!isInterface(path)) {
            return List.of();
        }
        if (OF_SESSIONS.contains(path)) {
            return List.of(SESSIONS);
        }
        if (path.equals(OF_CRITERIA) || path.startsWith(OF_CRITERIA + "/")) {
            return List.of(CRITERIA);
        }
        if (path.equals(OF_SETTINGS) || path.startsWith(OF_SETTINGS + "/")) {
            return List.of(SETTINGS);
        }
        return List.of(WRITES, SESSIONS);
    }

    /** Whether what is there is Hone's own data. */
    static boolean isInterface(String path) {
        return path.startsWith(HoneApplication.PATH);
    }

    /** The tag of one session. */
    static String session(UUID id) {
        return "session:" + id;
    }

    void sessionChanged(@Observes @Priority(LAST) SessionChanged event) {
        advance(SESSIONS, session(event.session().id()));
    }

    void sessionPurged(@Observes @Priority(LAST) SessionPurged event) {
        advance(SESSIONS, session(event.id()));
    }

    void sessionsImported(@Observes @Priority(LAST) SessionsImported event) {
        advance(SESSIONS);
    }

    void stepsRecorded(@Observes @Priority(LAST) StepsRecorded event) {
        advance(SESSIONS, session(event.session().id()));
    }

    void criteriaChanged(@Observes @Priority(LAST) CriteriaChanged event) {
        advance(CRITERIA);
    }

    void settingChanged(@Observes @Priority(LAST) SettingChanged event) {
        advance(SETTINGS);
    }

    private void advance(String... tags) {
        for (String tag : tags) {
            epochs.advance(tag);
        }
    }
}

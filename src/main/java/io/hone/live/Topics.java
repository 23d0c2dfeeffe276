package io.hone.live;

import io.hone.http.Uuids;
import java.util.List;

/** Names of topics. */
final class Topics {

    static final String SESSIONS = "sessions";
    static final String DASHBOARD = "dashboard";
    static final String CRITERIA = "criteria";
    static final String SETTINGS = "settings";

    private static final String SESSION_PREFIX = "session:";

    /** Topics without an id. */
    private static final List<String> PLAIN =
            List.of(SESSIONS, DASHBOARD, CRITERIA, SETTINGS, "caches", "performance", "alerts");

    private Topics() {}

    /** Topic of one session. */
    static String session(Object id) {
        return SESSION_PREFIX + id;
    }

    /** Whether clients may subscribe to it. */
    static boolean isKnown(String topic) {
        return PLAIN.contains(topic)
                || (topic.startsWith(SESSION_PREFIX) && Uuids.parse(topic.substring(SESSION_PREFIX.length())) != null);
    }

    /** The topic without its id: as many as there are in the code. */
    static String kind(String topic) {
        return topic.startsWith(SESSION_PREFIX) ? "session" : topic;
    }
}

package io.hone.live;

import io.hone.http.Uuids;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Names of topics. */
final class Topics {

    static final String SESSIONS = "sessions";
    static final String DASHBOARD = "dashboard";
    static final String CRITERIA = "criteria";
    static final String SETTINGS = "settings";
    static final String CACHES = "caches";
    static final String BUDGETS = "budgets";
    static final String PROVIDERS = "providers";

    private static final String SESSION_PREFIX = "session:";

    /** Topics without an id. */
    private static final List<String> PLAIN =
            List.of(SESSIONS, DASHBOARD, CRITERIA, SETTINGS, CACHES, BUDGETS, PROVIDERS, "performance", "alerts");

    /** Topics about what only admins may see. */
    private static final Set<String> OF_ADMINS = Set.of(SETTINGS, CACHES);

    private Topics() {}

    /** Topic of one session. */
    static String session(Object id) {
        return SESSION_PREFIX + id;
    }

    /** All of them, for those who look for one. */
    static String list() {
        return String.join(", ", PLAIN) + ", session:ID";
    }

    /** Whether clients may subscribe to it. */
    static boolean isKnown(String topic) {
        return PLAIN.contains(topic) || isSession(topic);
    }

    /** Whether it takes the role admin, as what it is about does. */
    static boolean isOfAdmins(String topic) {
        return OF_ADMINS.contains(topic);
    }

    /** Only in lower case, as ids are written: no event would ever go by another form. */
    private static boolean isSession(String topic) {
        if (!topic.startsWith(SESSION_PREFIX)) {
            return false;
        }
        String id = topic.substring(SESSION_PREFIX.length());
        UUID parsed = Uuids.parse(id);
        return parsed != null && parsed.toString().equals(id);
    }

    /** The topic without its id: as many as there are in the code. */
    static String kind(String topic) {
        return topic.startsWith(SESSION_PREFIX) ? "session" : topic;
    }
}

package io.hone.forwarding;

import io.hone.cache.CacheCatalogue;
import io.hone.cache.CacheKey;
import io.hone.cache.Caches;
import io.hone.cache.TieredCache;
import io.hone.http.ProblemException;
import io.hone.http.ProblemType;
import io.hone.sessions.Session;
import io.hone.sessions.SessionChanged;
import io.hone.sessions.SessionPurged;
import io.hone.sessions.Sessions;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;

/**
 * The sessions that calls are for. Each is read once and known from memory until it changes; one that does not exist is
 * looked for each time, since it may be created any moment. Thread-safe.
 */
@Singleton
class CalledFor {

    private final Sessions sessions;
    private final TieredCache<String> projects;

    @Inject
    CalledFor(Sessions sessions, Caches caches) {
        this.sessions = sessions;
        projects = caches.open(CacheCatalogue.SESSION_PROJECT);
    }

    /**
     * The project of a session.
     *
     * @throws ProblemException 422 naming the header if there is no such session, or it is in the bin
     */
    String project(UUID session) {
        return projects.get(CacheKey.of(session), () -> read(session));
    }

    private String read(UUID id) {
        Session session;
        try {
            session = sessions.find(id);
        } catch (ProblemException e) {
            if (e.type() != ProblemType.NOT_FOUND) {
                throw e;
            }
            throw ProblemException.invalid(Metering.SESSION, "names no session that there is");
        }
        if (session.deletedAt() != null) {
            throw ProblemException.invalid(Metering.SESSION, "names a session in the bin");
        }
        return session.project();
    }

    void sessionChanged(@Observes SessionChanged event) {
        if (event.kind() != SessionChanged.Kind.CREATED) {
            projects.remove(CacheKey.of(event.session().id()));
        }
    }

    void sessionPurged(@Observes SessionPurged event) {
        projects.remove(CacheKey.of(event.id()));
    }
}

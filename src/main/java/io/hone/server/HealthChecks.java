package io.hone.server;

import io.hone.database.Database;
import io.hone.http.Draining;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checks behind {@code /health}. */
@Dependent
class HealthChecks {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);

    /** Asked for late: the server collects the checks before it says that the application starts. */
    private final Instance<Database> database;

    private final Draining draining;

    @Inject
    HealthChecks(Instance<Database> database, Draining draining) {
        this.database = database;
        this.draining = draining;
    }

    /** Up as long as it answers: restarting would not mend a lost database. */
    @Produces
    @Liveness
    HealthCheck server() {
        return () -> HealthCheckResponse.up("server");
    }

    /** Up when requests can be served: the database answers and the server is not about to stop. */
    @Produces
    @Readiness
    HealthCheck readiness() {
        return () -> HealthCheckResponse.named("database")
                .withData("kind", database.get().kind().label())
                .status(!draining.isStopping() && answers())
                .build();
    }

    /** Up since the application was deployed, which it is not before schema and caches are there. */
    @Produces
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.up("started");
    }

    private boolean answers() {
        try {
            return database.get().read("health.check", handle -> handle.createQuery("SELECT 1")
                            .mapTo(Integer.class)
                            .one())
                    == 1;
        } catch (RuntimeException e) {
            LOG.warn("The database does not answer", e);
            return false;
        }
    }
}

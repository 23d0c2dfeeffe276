package io.hone.performance;

import io.hone.database.Database;
import io.hone.http.QueryParameters;
import io.hone.http.RequestLog;
import io.hone.http.Roles;
import io.hone.metrics.Latencies.Summary;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /performance}: requests and statements since the start of this server. */
@Path("performance")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Produces(MediaType.APPLICATION_JSON)
public class PerformanceResource {

    /** Requests of one method and template; rates 0 to 1, 0 before the first. */
    public record Profile(
            String method,
            String template,
            long count,
            long errors,
            long slow,
            double avgMs,
            double p50Ms,
            double p95Ms,
            double p99Ms,
            double errorRate,
            double slowRate) {

        static Profile of(Summary summary) {
            int space = summary.name().indexOf(' ');
            double count = Math.max(1, summary.count());
            return new Profile(
                    space < 0 ? "" : summary.name().substring(0, space),
                    summary.name().substring(space + 1),
                    summary.count(),
                    summary.errors(),
                    summary.slow(),
                    summary.avgMs(),
                    summary.p50Ms(),
                    summary.p95Ms(),
                    summary.p99Ms(),
                    summary.errors() / count,
                    summary.slow() / count);
        }
    }

    /** Every profile, the one that took most time in all first. */
    public record Profiles(
            List<Profile> items, Profile totals, @Nullable String nextCursor) {}

    /** A named SQL statement. */
    public record Statement(String name, long count, long rows, double avgMs, double p95Ms, double maxMs, long slow) {}

    /** The database as this server uses it. */
    public record DatabaseStats(
            String database, Database.PoolUse pool, Database.WriterUse writer, List<Statement> statements) {}

    private final RequestLog requests;
    private final Database database;

    @Inject
    public PerformanceResource(RequestLog requests, Database database) {
        this.requests = requests;
        this.database = database;
    }

    @GET
    @Path("profiles")
    public Profiles profiles(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return new Profiles(
                requests.summaries().stream().map(Profile::of).toList(), Profile.of(requests.total()), null);
    }

    @GET
    @Path("database/stats")
    public DatabaseStats databaseStats(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        List<Statement> statements = database.statements().stream()
                .map(summary -> new Statement(
                        summary.name(),
                        summary.count(),
                        summary.rows(),
                        summary.avgMs(),
                        summary.p95Ms(),
                        summary.maxMs(),
                        summary.slow()))
                .toList();
        return new DatabaseStats(database.kind().label(), database.pool(), database.writer(), statements);
    }
}

package io.hone.sessions;

import io.hone.audit.Audit;
import io.hone.audit.AuditEntry;
import io.hone.failures.Guidance;
import io.hone.gateway.Calls;
import io.hone.gateway.Spending;
import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import io.hone.http.StreamedAnswer;
import io.hone.http.Uuids;
import io.hone.sessions.SessionFilter.Sort;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /sessions}: translates HTTP to {@link Sessions}; decides nothing. */
@Path("sessions")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class SessionsResource {

    private static final String CSV = "text/csv;charset=UTF-8";
    private static final String NDJSON = "application/x-ndjson";
    private static final String MERGE_PATCH = "application/merge-patch+json";

    /** What a batch of steps added. */
    public record Recorded(int steps, int values, long lastStep) {}

    /** When the lease ends; null for a session without one. */
    public record Lease(@Nullable Instant leaseExpiresAt) {}

    private final Sessions sessions;
    private final SessionBin bin;
    private final SessionBulk bulk;
    private final SessionExport export;
    private final SessionImport imports;
    private final SeriesReader series;
    private final Calls calls;
    private final Audit audit;
    private final Clock clock;

    @Inject
    public SessionsResource(
            Sessions sessions,
            SessionBin bin,
            SessionBulk bulk,
            SessionExport export,
            SessionImport imports,
            SeriesReader series,
            Calls calls,
            Audit audit,
            Clock clock) {
        this.sessions = sessions;
        this.bin = bin;
        this.bulk = bulk;
        this.export = export;
        this.imports = imports;
        this.series = series;
        this.calls = calls;
        this.audit = audit;
        this.clock = clock;
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    public Response create(
            @Nullable NewSession body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        NewSession sent = ProblemException.requireBody(body);
        Session session =
                sessions.create(Caller.of(request), sent, Idempotency.Key.of(headers, "POST /sessions", sent));
        return Response.created(uri.getAbsolutePathBuilder()
                        .path(session.id().toString())
                        .build())
                .entity(session)
                .tag(EntityTags.of(session.version()))
                .build();
    }

    @GET
    public Page<Session> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        SessionFilter filter = SessionFilters.read(query, SessionFilters.sort(query));
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return sessions.list(filter, cursor, limit);
    }

    @GET
    @Path("compare")
    public SessionComparison compare(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        List<UUID> ids = SessionFilters.ids(query);
        query.done();
        return sessions.compare(ids);
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("bulk")
    public SessionBulk.Answer bulk(SessionBulk.@Nullable Request body, @Context HttpServletRequest request) {
        return bulk.run(Caller.of(request), ProblemException.requireBody(body));
    }

    @GET
    @Path("export")
    @Produces({NDJSON, CSV, MediaType.APPLICATION_JSON})
    public Response export(@Context UriInfo uri, @Context HttpServletRequest request) throws IOException {
        QueryParameters query = new QueryParameters(uri);
        String format = query.oneOf("format", List.of("csv", "ndjson"));
        // Oldest first where nothing else is asked for: parents come before their children.
        SessionFilter filter =
                SessionFilters.read(query, query.text("sort") == null ? Sort.OLDEST : SessionFilters.sort(query));
        List<String> columns = SessionTable.columns(query);
        if (!columns.isEmpty() && !"csv".equals(format)) {
            query.refuse("columns", "goes with format=csv");
        }
        query.done();
        if (!"csv".equals(format)) {
            return attachment(request, "sessions.ndjson", NDJSON, out -> export.write(filter, out));
        }
        SessionTable table = columns.isEmpty() ? export.table(filter) : new SessionTable(columns);
        return attachment(request, "sessions.csv", CSV, out -> export.write(filter, table, out));
    }

    private static Response attachment(HttpServletRequest request, String name, String type, StreamingOutput content) {
        return Response.ok(new StreamedAnswer(request, content), type)
                .header("Content-Disposition", "attachment; filename=\"" + name + "\"")
                .build();
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("import")
    @Consumes(NDJSON)
    public SessionImport.Answer importing(InputStream body, @Context UriInfo uri, @Context HttpServletRequest request)
            throws IOException {
        QueryParameters query = new QueryParameters(uri);
        String existing = query.oneOf("existing", List.of("refuse", "skip"));
        query.done();
        return imports.run(
                Caller.of(request),
                body,
                "skip".equals(existing) ? SessionImport.Existing.SKIP : SessionImport.Existing.REFUSE,
                request.isUserInRole(Roles.ADMIN));
    }

    @GET
    @Path("{id}")
    public Response find(@PathParam("id") String id, @Context HttpHeaders headers) {
        Session session = sessions.find(idOf(id));
        return EntityTags.answer(headers, session.version(), session);
    }

    /** What calls to providers came to that named the session. */
    @GET
    @Path("{id}/cost")
    public Spending cost(@PathParam("id") String id) {
        return calls.ofSession(sessions.find(idOf(id)).id());
    }

    @GET
    @Path("{id}/guidance")
    public Guidance guidance(@PathParam("id") String id) {
        return sessions.guidance(idOf(id));
    }

    @PATCH
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}")
    @Consumes({MERGE_PATCH, MediaType.APPLICATION_JSON})
    public Response edit(
            @PathParam("id") String id,
            @Nullable Map<String, @Nullable Object> body,
            @Context HttpHeaders headers,
            @Context HttpServletRequest request) {
        SessionPatch patch = SessionPatch.of(ProblemException.requireBody(body));
        Session session = sessions.edit(Caller.of(request), idOf(id), patch, EntityTags.condition(headers));
        return Response.ok(session).tag(EntityTags.of(session.version())).build();
    }

    @DELETE
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    public void delete(@PathParam("id") String id, @Context HttpHeaders headers, @Context HttpServletRequest request) {
        bin.delete(Caller.of(request), idOf(id), EntityTags.condition(headers));
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}/restore")
    @Consumes(MediaType.WILDCARD)
    public Session restore(@PathParam("id") String id, @Context HttpServletRequest request) {
        return bin.restore(Caller.of(request), idOf(id));
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    @Path("{id}/purge")
    @Consumes(MediaType.WILDCARD)
    public void purge(@PathParam("id") String id, @Context HttpServletRequest request) {
        bin.purge(Caller.of(request), idOf(id));
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}/reopen")
    @Consumes(MediaType.WILDCARD)
    public Session reopen(@PathParam("id") String id, @Context HttpServletRequest request) {
        return sessions.reopen(Caller.of(request), idOf(id));
    }

    @PUT
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}/status")
    public Response changeStatus(
            @PathParam("id") String id,
            @Nullable StatusChange body,
            @Context HttpHeaders headers,
            @Context HttpServletRequest request) {
        Session session = sessions.changeStatus(
                Caller.of(request), idOf(id), ProblemException.requireBody(body), EntityTags.condition(headers));
        return Response.ok(session).tag(EntityTags.of(session.version())).build();
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}/steps")
    @Consumes({MediaType.APPLICATION_JSON, NDJSON})
    public Recorded recordSteps(@PathParam("id") String id, InputStream body, @Context HttpServletRequest request)
            throws IOException {
        UUID session = idOf(id);
        List<Step> steps = StepBatchReader.read(body, clock.instant());
        sessions.recordSteps(Caller.of(request), session, steps);
        return new Recorded(
                steps.size(),
                steps.stream().mapToInt(step -> step.metrics().size()).sum(),
                steps.stream().mapToLong(Step::step).max().orElseThrow());
    }

    @GET
    @Path("{id}/steps")
    public Series readSteps(@PathParam("id") String id, @Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String metric = query.text("metric");
        Long from = query.number("from", 0, Long.MAX_VALUE);
        Long to = query.number("to", 0, Long.MAX_VALUE);
        Long points = query.number("points", 3, SeriesReader.MOST_POINTS);
        if (metric == null) {
            query.refuse("metric", "is required");
        }
        query.done();
        return series.read(
                idOf(id),
                metric == null ? "" : metric,
                from == null ? 0 : from,
                to == null ? Long.MAX_VALUE : to,
                points == null ? null : Integer.valueOf(points.intValue()));
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}/heartbeat")
    @Consumes(MediaType.WILDCARD)
    public Lease heartbeat(@PathParam("id") String id) {
        return new Lease(sessions.heartbeat(idOf(id)).orElse(null));
    }

    @GET
    @Path("{id}/verdict")
    public VerdictDocument verdict(@PathParam("id") String id) {
        return sessions.verdict(idOf(id));
    }

    @POST
    @RolesAllowed(Roles.REPORTER)
    @Path("{id}/rejudge")
    @Consumes(MediaType.WILDCARD)
    public VerdictDocument rejudge(@PathParam("id") String id, @Context HttpServletRequest request) {
        return sessions.rejudge(Caller.of(request), idOf(id));
    }

    @GET
    @Path("{id}/audit")
    public Page<AuditEntry> audit(@PathParam("id") String id, @Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        Session session = sessions.find(idOf(id));
        return audit.list(Audit.Filter.of("session", session.id().toString()), true, cursor, limit);
    }

    private static UUID idOf(String id) {
        return Uuids.ofPath("session", id);
    }
}

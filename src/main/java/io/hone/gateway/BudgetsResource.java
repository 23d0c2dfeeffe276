package io.hone.gateway;

import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.MergePatch;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import io.hone.http.Uuids;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /budgets}: translates HTTP to {@link Budgets}. */
@Path("budgets")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class BudgetsResource {

    private static final int DEFAULT_DAYS = 30;
    private static final int MOST_DAYS = 366;

    private final Budgets budgets;

    @Inject
    public BudgetsResource(Budgets budgets) {
        this.budgets = budgets;
    }

    @GET
    public Page<Budgets.Listed> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String scope = query.oneOf(
                "scope",
                Arrays.stream(BudgetScope.values()).map(BudgetScope::label).toList());
        String subject = query.text("subject");
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return budgets.list(scope == null ? null : BudgetScope.of(scope), subject, cursor, limit);
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    public Response create(
            @Nullable BudgetBody body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        BudgetBody sent = ProblemException.requireBody(body);
        Budget created = budgets.create(Caller.of(request), sent, Idempotency.Key.of(headers, "POST /budgets", sent));
        return Response.created(uri.getAbsolutePathBuilder()
                        .path(created.id().toString())
                        .build())
                .entity(created)
                .tag(EntityTags.of(created.version()))
                .build();
    }

    @GET
    @Path("{id}")
    public Response find(@PathParam("id") String id, @Context HttpHeaders headers) {
        Budget budget = budgets.find(idOf(id));
        return EntityTags.answer(headers, budget.version(), budget);
    }

    @PATCH
    @RolesAllowed(Roles.ADMIN)
    @Path("{id}")
    @Consumes({MergePatch.MEDIA_TYPE, MediaType.APPLICATION_JSON})
    public Response change(
            @PathParam("id") String id,
            InputStream body,
            @Context HttpHeaders headers,
            @Context HttpServletRequest request)
            throws IOException {
        Budget changed =
                budgets.change(Caller.of(request), idOf(id), MergePatch.read(body), EntityTags.condition(headers));
        return Response.ok(changed).tag(EntityTags.of(changed.version())).build();
    }

    @DELETE
    @RolesAllowed(Roles.ADMIN)
    @Path("{id}")
    @Consumes(MediaType.WILDCARD)
    public void delete(@PathParam("id") String id, @Context HttpHeaders headers, @Context HttpServletRequest request) {
        budgets.delete(Caller.of(request), idOf(id), EntityTags.condition(headers));
    }

    @GET
    @Path("{id}/status")
    public BudgetStatus status(@PathParam("id") String id) {
        return budgets.status(idOf(id));
    }

    @GET
    @Path("{id}/history")
    public BudgetHistory history(@PathParam("id") String id, @Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        Long days = query.number("days", 1, MOST_DAYS);
        query.done();
        return budgets.history(idOf(id), days == null ? DEFAULT_DAYS : days.intValue());
    }

    private static UUID idOf(String id) {
        return Uuids.ofPath("budget", id);
    }
}

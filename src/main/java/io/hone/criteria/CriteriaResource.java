package io.hone.criteria;

import io.hone.http.Caller;
import io.hone.http.EntityTags;
import io.hone.http.Idempotency;
import io.hone.http.Page;
import io.hone.http.ProblemException;
import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /config/criteria}: translates HTTP to {@link CriteriaSets}. */
@Path("config/criteria")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class CriteriaResource {

    private final CriteriaSets criteria;

    @Inject
    public CriteriaResource(CriteriaSets criteria) {
        this.criteria = criteria;
    }

    @GET
    public Page<Criteria> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return criteria.list(cursor, limit);
    }

    @POST
    @RolesAllowed(Roles.ADMIN)
    public Response create(
            @Nullable CriteriaBody body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        CriteriaBody sent = ProblemException.requireBody(body);
        Criteria created =
                criteria.create(Caller.of(request), sent, Idempotency.Key.of(headers, "POST /config/criteria", sent));
        return Response.created(
                        uri.getAbsolutePathBuilder().path(created.name()).build())
                .entity(created)
                .tag(EntityTags.of(created.version()))
                .build();
    }

    @GET
    @Path("{name}")
    public Response find(@PathParam("name") String name, @Context HttpHeaders headers, @Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        Long version = query.number("version", 1, Integer.MAX_VALUE);
        query.done();
        Optional<StoredCriteria> found =
                version == null ? criteria.newest(name) : criteria.version(name, version.intValue());
        Criteria answer = found.map(StoredCriteria::criteria)
                .orElseThrow(() ->
                        ProblemException.notFound("criteria", version == null ? name : name + " version " + version));
        return EntityTags.answer(headers, answer.version(), answer);
    }

    @PUT
    @RolesAllowed(Roles.ADMIN)
    @Path("{name}")
    public Response put(
            @PathParam("name") String name,
            @Nullable CriteriaBody body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        CriteriaSets.Put put = criteria.put(
                Caller.of(request), name, ProblemException.requireBody(body), EntityTags.condition(headers));
        return (put.created() ? Response.created(uri.getAbsolutePath()) : Response.ok())
                .entity(put.criteria())
                .tag(EntityTags.of(put.criteria().version()))
                .build();
    }

    @DELETE
    @RolesAllowed(Roles.ADMIN)
    @Path("{name}")
    public Response delete(
            @PathParam("name") String name, @Context HttpHeaders headers, @Context HttpServletRequest request) {
        criteria.delete(Caller.of(request), name, EntityTags.condition(headers));
        return Response.noContent().build();
    }

    @GET
    @Path("{name}/versions")
    public Page<Criteria> versions(@PathParam("name") String name, @Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return criteria.versions(name, cursor, limit);
    }
}

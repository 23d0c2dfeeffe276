package io.hone.auth;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.hone.http.Caller;
import io.hone.http.Idempotency;
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
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code /keys}: translates HTTP to {@link Keys}. */
@Path("keys")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class KeysResource {

    /**
     * A key that was made.
     *
     * @param key shown this once; null where the request was repeated
     */
    public record Created(
            @JsonUnwrapped ApiKey about, @Nullable String key) {}

    private final Keys keys;

    @Inject
    KeysResource(Keys keys) {
        this.keys = keys;
    }

    @GET
    public Page<ApiKey> list(@Context UriInfo uri) {
        QueryParameters query = new QueryParameters(uri);
        String cursor = query.text("cursor");
        int limit = query.limit();
        query.done();
        return keys.list(cursor, limit);
    }

    @POST
    public Response create(
            Keys.@Nullable NewKey body,
            @Context HttpHeaders headers,
            @Context UriInfo uri,
            @Context HttpServletRequest request) {
        Keys.NewKey sent = ProblemException.requireBody(body);
        Identity who = Refusals.identity(request);
        Keys.Made made = keys.create(
                Caller.of(request),
                who == null ? null : who.accountId(),
                sent,
                Idempotency.Key.of(headers, "POST /keys", sent));
        return Response.created(uri.getAbsolutePathBuilder()
                        .path(made.about().id().toString())
                        .build())
                .entity(new Created(made.about(), made.key()))
                .header("Cache-Control", "no-store")
                .build();
    }

    @GET
    @Path("{id}")
    public ApiKey find(@PathParam("id") String id) {
        return keys.find(idOf(id));
    }

    @DELETE
    @Path("{id}")
    public Response delete(@PathParam("id") String id, @Context HttpServletRequest request) {
        keys.delete(Caller.of(request), idOf(id));
        return Response.noContent().build();
    }

    private static UUID idOf(String id) {
        return Uuids.ofPath("key", id);
    }
}

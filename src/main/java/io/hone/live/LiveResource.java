package io.hone.live;

import io.hone.http.QueryParameters;
import io.hone.http.Roles;
import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** {@code /performance/live}: counts of the live connections. */
@Path("performance/live")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Produces(MediaType.APPLICATION_JSON)
public class LiveResource {

    private final LiveCounts counts;

    @Inject
    public LiveResource(LiveCounts counts) {
        this.counts = counts;
    }

    @GET
    public Response counts(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return Response.ok(counts.snapshot()).build();
    }
}

package io.hone.server;

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

/** {@code /about}: name, version and database of this server. */
@Path("about")
@Dependent
@RolesAllowed(Roles.VIEWER)
@Produces(MediaType.APPLICATION_JSON)
public class AboutResource {

    private final About about;

    @Inject
    public AboutResource(About about) {
        this.about = about;
    }

    @GET
    public Response about(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return Response.ok(about.server()).build();
    }
}

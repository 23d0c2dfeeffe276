package io.hone.performance;

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
import jakarta.ws.rs.core.UriInfo;

/** {@code /analytics}: how the server does, and advice. */
@Path("analytics")
@Dependent
@RolesAllowed(Roles.ADMIN)
@Produces(MediaType.APPLICATION_JSON)
public class AnalyticsResource {

    private final Analytics analytics;

    @Inject
    AnalyticsResource(Analytics analytics) {
        this.analytics = analytics;
    }

    @GET
    @Path("dashboard")
    public Analytics.Dashboard dashboard(@Context UriInfo uri) {
        new QueryParameters(uri).done();
        return analytics.dashboard();
    }
}
